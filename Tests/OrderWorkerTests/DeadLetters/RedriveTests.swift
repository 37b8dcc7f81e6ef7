import OrderWorker
import Synchronization
import Testing
import Ticketing
import TicketingTesting

@Suite("Redriving")
struct RedriveTests {
    private static func buryThree(_ stage: Stage) async throws -> [PaymentIntent] {
        var intents: [PaymentIntent] = []
        for (buyer, seat) in [("a", "A-1-1"), ("b", "A-1-2"), ("c", "A-1-3")] {
            let intent = try await stage.open("k", buyer: buyer, seats: [seat], isQueued: false)
            try await stage.bury(intent, kind: buyer == "c" ? .orderBook : .payment)
            intents.append(intent)
        }
        return intents
    }

    @Test("sends all letters back to work and takes them off the list")
    func all() throws {
        let stage = Stage()
        try stage.run {
            let intents = try await Self.buryThree(stage)
            let report = try await DeadLetterDesk(ports: stage.ports()).redrive(.matching(.all))
            #expect(Set(report.redrivenKeys) == Set(intents.map(\.id.text)))
            #expect(report.failures.isEmpty)
            try await stage.drain(try stage.worker())
            #expect(stage.ledger.snapshot.allIntents.allSatisfy { $0.state == .confirmed })
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("takes only those that are meant: by reason, by event, by key")
    func some() throws {
        let stage = Stage()
        try stage.run {
            let intents = try await Self.buryThree(stage)
            let desk = DeadLetterDesk(ports: stage.ports())
            let byReason = try await desk.redrive(
                .matching(DeadLetterFilter(kind: .orderBook)), isDryRun: true)
            #expect(byReason.redrivenKeys == [intents[2].id.text])
            let byEvent = try await desk.redrive(
                .matching(DeadLetterFilter(event: .named("other"))), isDryRun: true)
            #expect(byEvent.redrivenKeys.isEmpty)
            let byKey = try await desk.redrive(.keys([intents[0].id.text, "pi_nobody"]))
            #expect(byKey.redrivenKeys == [intents[0].id.text])
            #expect(try await stage.deadLetters.letterCount() == 2)
            #expect(try await stage.queue.stats().visible == 1)
        }
    }

    @Test("does nothing in a dry run")
    func dryRun() throws {
        let stage = Stage()
        try stage.run {
            _ = try await Self.buryThree(stage)
            let report = try await DeadLetterDesk(ports: stage.ports()).redrive(
                .matching(.all), isDryRun: true)
            #expect(report.redrivenKeys.count == 3)
            #expect(try await stage.deadLetters.letterCount() == 3)
            #expect(try await stage.isQueueEmpty())
        }
    }

    @Test("twice within five minutes sends it twice, and still makes one order")
    func twice() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"])
            let desk = DeadLetterDesk(ports: stage.ports())
            for _ in 1...2 {
                try await stage.bury(intent)
                _ = try await desk.redrive(.keys([intent.id.text]))
            }
            #expect(try await stage.queue.stats().visible == 3)
            try await stage.drain(try stage.worker())
            #expect(try stage.intent(intent).state == .confirmed)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("that fails at any call keeps either the letter or the message", arguments: PortTap.Moment.allCases)
    func crashes(moment: PortTap.Moment) throws {
        for number in 1...8 {
            let stage = Stage()
            try stage.run {
                let intents = try await Self.buryThree(stage)
                let tap = PortTap(faults: [number: .crash(moment)])
                _ = try? await DeadLetterDesk(ports: stage.ports(tap)).redrive(.matching(.all))
                _ = try await DeadLetterDesk(ports: stage.ports()).redrive(.matching(.all))
                try await stage.drain(try stage.worker())
                #expect(intents.allSatisfy { (try? stage.intent($0).state) == .confirmed })
                #expect(try await GuaranteeAudit(stage).violations == [])
            }
        }
    }

    @Test("goes through thousands, in pages")
    func thousands() throws {
        let stage = Stage()
        try stage.run {
            for number in 0..<2_500 {
                try await stage.deadLetters.bury(
                    DeadLetter(
                        key: "m\(number)", message: .unreadable("\(number)"), event: nil,
                        kind: .unreadableMessage, reason: "", failureCount: 5,
                        diedAt: stage.clock.now(), redriveCount: 0))
            }
            let report = try await DeadLetterDesk(ports: stage.ports()).redrive(.matching(.all))
            #expect(report.redrivenKeys.count == 2_500)
            #expect(try await stage.queue.stats().visible == 2_500)
            #expect(try await stage.deadLetters.letterCount() == 0)
        }
    }

    @Test("by key reads the letters side by side")
    func sideBySide() throws {
        let stage = Stage()
        try stage.run {
            let keys = try await Self.buryThree(stage).map(\.id.text)
            let letters = CrowdedLetters(stage.deadLetters)
            let ports = stage.ports()
            let desk = DeadLetterDesk(
                ports: WorkerPorts(
                    ledger: ports.ledger, queue: ports.queue, orderBook: ports.orderBook,
                    deadLetters: letters, gateway: ports.gateway, clock: ports.clock,
                    randomness: ports.randomness, logger: ports.logger, metrics: ports.metrics))
            let report = try await desk.redrive(.keys(keys), isDryRun: true)
            #expect(report.redrivenKeys == keys)
            #expect(letters.mostAtOnce == 3)
        }
    }
}

/// Letters that are a moment on their way, and how many of them were at the same time.
private final class CrowdedLetters: DeadLetters {
    private struct Crowd {
        var now = 0
        var most = 0
    }

    private let letters: any DeadLetters
    private let crowd = Mutex(Crowd())

    init(_ letters: any DeadLetters) {
        self.letters = letters
    }

    var mostAtOnce: Int { crowd.withLock { $0.most } }

    func letter(_ key: String) async throws(PortError) -> DeadLetter? {
        crowd.withLock { crowd in
            crowd.now += 1
            crowd.most = max(crowd.most, crowd.now)
        }
        for _ in 0..<10 { await Task.yield() }
        crowd.withLock { $0.now -= 1 }
        return try await letters.letter(key)
    }

    func record(_ failure: Failure) async throws(PortError) -> Int { try await letters.record(failure) }
    func failureCounts(of key: String) async throws(PortError) -> [FailureKind: Int] {
        try await letters.failureCounts(of: key)
    }
    func forgetFailures(of keys: [String]) async throws(PortError) {
        try await letters.forgetFailures(of: keys)
    }
    func bury(_ letter: DeadLetter) async throws(PortError) { try await letters.bury(letter) }
    func letters(
        _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) async throws(PortError) -> [DeadLetter] {
        try await letters.letters(filter, after: key, limit: limit)
    }
    func letterCount() async throws(PortError) -> Int { try await letters.letterCount() }
    func beginRedrive(of key: String) async throws(PortError) -> Int? {
        try await letters.beginRedrive(of: key)
    }
    func remove(_ key: String) async throws(PortError) -> Bool { try await letters.remove(key) }
}
