import Testing
import Ticketing
import TicketingTesting

@testable import OrderWorker

@Suite("A circuit")
struct CircuitTests {
    private let randomness = SeededRandomness(seed: 1)
    private let start = SmallHall.opensAt
    private let scout = HandID(number: 1)
    private let other = HandID(number: 2)

    private func closed() -> Circuit { Circuit(probing: Backoff(startMs: 100, capMs: 1_000)) }

    /// Opened by the scout's third failure in a row.
    private func open() -> Circuit {
        var circuit = closed()
        for _ in 1...2 { #expect(circuit.failed(.down, of: other, now: start, randomness) == false) }
        #expect(circuit.failed(.down, of: scout, now: start, randomness) == true)
        return circuit
    }

    @Test("stays closed while failures and answers alternate")
    func alternating() {
        var circuit = closed()
        for _ in 1...100 {
            #expect(circuit.failed(.down, of: scout, now: start, randomness) == false)
            circuit.succeeded()
        }
        #expect(circuit.condition == .closed)
    }

    @Test("needs more lost answers than refusals to open")
    func evidence() {
        var circuit = closed()
        for _ in 1...11 { #expect(circuit.failed(.unclear, of: scout, now: start, randomness) == false) }
        #expect(circuit.failed(.unclear, of: scout, now: start, randomness) == true)
    }

    @Test("once open stops receiving, turns others back and lets its scout wait")
    func opened() {
        var circuit = open()
        #expect(circuit.condition == .open)
        #expect(circuit.receives(at: start) == .notNow)
        guard case .turnBack = circuit.passage(of: other, now: start) else {
            Issue.record("only the scout waits")
            return
        }
        guard case .wait(let moment) = circuit.passage(of: scout, now: start) else {
            Issue.record("the scout waits for its probe")
            return
        }
        #expect(circuit.passage(of: scout, now: moment) == .pass)
        #expect(circuit.condition == .probing)
    }

    @Test("closes at the first answer, whoever gets it")
    func closes() {
        var circuit = open()
        circuit.succeeded()
        #expect(circuit.condition == .closed)
        #expect(circuit.receives(at: start) == .freely)
        #expect(circuit.passage(of: other, now: start) == .pass)
    }

    @Test("asks for one more message when its scout is gone")
    func scoutLeaves() {
        var circuit = open()
        #expect(circuit.left(scout) == true)
        #expect(circuit.left(scout) == false)
        guard case .oneAt(let moment) = circuit.receives(at: start) else {
            Issue.record("somebody has to probe")
            return
        }
        #expect(circuit.passage(of: other, now: moment) == .pass)
        #expect(circuit.receives(at: moment) == .notNow)
    }

    @Test("changes its scout after a number of probes, so that one bad message does not stop the rest")
    func scoutIsRelieved() {
        var circuit = open()
        var now = start
        for _ in 1...Circuit.maxProbesOfFirstScout {
            guard case .wait(let moment) = circuit.passage(of: scout, now: now) else {
                Issue.record("the scout is relieved too early")
                return
            }
            now = moment
            #expect(circuit.passage(of: scout, now: now) == .pass)
            #expect(circuit.failed(.down, of: scout, now: now, randomness) == false)
        }
        #expect(!circuit.isScout(scout))
        guard case .oneAt = circuit.receives(at: now) else {
            Issue.record("another message is needed")
            return
        }
    }

    @Test("learns nothing from what was under way when it opened")
    func stragglers() {
        var circuit = open()
        let before = circuit
        #expect(circuit.failed(.down, of: other, now: start, randomness) == false)
        #expect(circuit == before)
    }
}

@Suite("A backoff")
struct BackoffTests {
    private let backoff = Backoff(startMs: 200, capMs: 10_000)

    @Test(
        "doubles its limit up to the cap",
        arguments: zip([1, 2, 3, 6, 7, 8, 100], [200, 400, 800, 6_400, 10_000, 10_000, 10_000]))
    func limits(tries: Int, limitMs: Int) {
        #expect(backoff.limitMs(after: tries) == limitMs)
    }

    @Test("spreads over everything up to the limit, and is never a release")
    func jitter() {
        let randomness = SeededRandomness(seed: 3)
        let delays = (0..<2_000).map { _ in backoff.delayMs(after: 1, randomness) }
        #expect(delays.allSatisfy { (1...200).contains($0) })
        #expect(delays.contains { $0 < 20 } && delays.contains { $0 > 180 })
    }
}

@Suite("What an error means")
struct TroubleTests {
    @Test("an error that concerns everybody never counts against a message", arguments: Dependency.allCases)
    func outages(dependency: Dependency) {
        #expect(Trouble(PortError(.unavailable, ""), at: dependency) == .outage(.down))
        #expect(Trouble(PortError(.throttled, ""), at: dependency) == .outage(.overloaded))
        #expect(Trouble(PortError(.conflict, ""), at: dependency) == .contention)
    }

    @Test("an error about one call counts against its message", arguments: Dependency.allCases)
    func ofThisMessage(dependency: Dependency) {
        for code in [PortError.Code.failed, .rejected, .corrupt] {
            #expect(Trouble(PortError(code, ""), at: dependency) == .ofThisMessage)
        }
    }

    @Test("a lost answer is an outage of our stores, and of the gateway only when there are many")
    func lostAnswers() {
        #expect(Trouble(PortError(.unknownOutcome, ""), at: .ledger) == .outage(.down))
        #expect(Trouble(PortError(.unknownOutcome, ""), at: .orderBook) == .outage(.down))
        #expect(Trouble(PortError(.unknownOutcome, ""), at: .payments) == .outage(.unclear))
    }
}
