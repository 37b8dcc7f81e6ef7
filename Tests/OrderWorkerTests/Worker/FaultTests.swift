import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("A worker whose ports fail now and then")
struct FaultTests {
    /// Every error a port may throw without an effect, and the one it may throw after it.
    private static let faults: [PortTap.Fault] = [
        .error(.unavailable, .before), .error(.throttled, .before), .error(.conflict, .before),
        .error(.failed, .before), .error(.rejected, .before), .error(.unknownOutcome, .before),
        .error(.unknownOutcome, .after),
    ]

    @Test("ends every intent as it should, whichever call fails", arguments: 0..<faults.count)
    func oneFault(index: Int) throws {
        let fault = Self.faults[index]
        for number in 1...70 {
            let stage = Stage()
            try stage.run {
                let evening = try await Evening(on: stage)
                let tap = PortTap(faults: [number: fault])
                try await stage.drain(try stage.worker(tap))
                let violations = try await evening.violations(on: stage)
                #expect(
                    violations == [],
                    "\(fault) at call \(number), \(tap.calls.dropFirst(number - 1).first ?? "none")")
            }
        }
    }

    @Test(
        "ends every intent as it should when one call in five fails", arguments: seeds
    )
    func manyFaults(seed: UInt64) throws {
        let stage = Stage(seed: seed, interleaving: seed)
        var faults: [Int: PortTap.Fault] = [:]
        // Not those that count against a message: five in a row would kill it, as they should.
        let transient = Self.faults.filter {
            switch $0 {
            case .error(.failed, _), .error(.rejected, _): false
            default: true
            }
        }
        for number in 1...200 where stage.randomness.chance(20) {
            faults[number] = stage.randomness.element(of: transient)
        }
        let tap = PortTap(faults: faults)
        try stage.run {
            let evening = try await Evening(on: stage)
            try await stage.drain(try stage.worker(tap))
            #expect(try await evening.violations(on: stage) == [], "seed \(seed)")
        }
    }
}
