import OrderWorker
import Synchronization
import Testing
import Ticketing
import TicketingTesting

@Suite("The reconciler")
struct ReconcilerTests {
    private static func pass(_ stage: Stage, _ tap: PortTap = PortTap()) async throws -> ReconciliationReport
    {
        try #require(try await Reconciler(ports: stage.ports(tap), settings: .embedded).pass())
    }

    @Test("queues an intent whose message was lost, once its hold has ended, and the worker ends it")
    func lostMessage() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], holdMs: 60_000, isQueued: false)
            try await stage.clock.sleep(ms: 30_000)
            #expect(try await Self.pass(stage).requeued == 0)
            try await stage.clock.sleep(ms: 30_000)
            let report = try await Self.pass(stage)
            #expect(report.forgottenHolds == 1)
            #expect(report.requeued == 1)
            #expect(try stage.intent(intent).state == .pending, "it frees nothing itself")
            try await stage.drain(try stage.worker())
            #expect(try stage.intent(intent).state == .confirmed)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("leaves young intents and those of a long queue alone")
    func notYet() throws {
        let stage = Stage()
        try stage.run {
            try await stage.open("a", seats: ["A-1-1"], holdMs: 1_000)
            try await stage.clock.sleep(ms: 10_000)
            #expect(try await Self.pass(stage) == ReconciliationReport())
            try await stage.clock.sleep(ms: 50_000)
            #expect(try await Self.pass(stage) == ReconciliationReport())
            // Nobody believes any more that it is only the queue.
            try await stage.clock.sleep(ms: 900_000)
            #expect(try await Self.pass(stage).requeued == 1)
        }
    }

    @Test("goes on where its limit cut it short, so that the oldest do not hide the rest")
    func pages() throws {
        let stage = Stage()
        try stage.run {
            for (buyer, seat) in [("a", "A-1-1"), ("b", "A-1-2"), ("c", "A-1-3"), ("d", "A-1-4")] {
                // Long holds: there is nothing to do for these.
                try await stage.open("k", buyer: buyer, seats: [seat], isQueued: false)
            }
            try await stage.clock.sleep(ms: 1_000)
            try await stage.open("e", seats: ["A-2-1"], holdMs: 1_000, isQueued: false)
            try await stage.clock.sleep(ms: 60_000)
            var settings = ReconcilerSettings.embedded
            settings.pageSize = 2
            settings.maxIntentsPerPass = 2
            let reconciler = Reconciler(ports: stage.ports(), settings: settings)
            var requeued: [Int] = []
            for _ in 1...3 { requeued.append(try #require(try await reconciler.pass()).requeued) }
            #expect(requeued == [0, 0, 1])
        }
    }

    @Test("sends one message in five minutes for an intent, whichever process finds it")
    func onceInFiveMinutes() throws {
        let stage = Stage()
        try stage.run {
            try await stage.open("a", seats: ["A-1-1"], holdMs: 1_000, isQueued: false)
            try await stage.clock.sleep(ms: 20_000)
            for _ in 0..<3 { _ = try await Self.pass(stage) }
            #expect(try await stage.queue.stats().visible == 1)
        }
    }

    @Test("mends what a worker leaves between any two of its effects", arguments: ["tok_ok", "tok_declined"])
    func betweenEffects(token: String) throws {
        var findings: Set<String> = []
        for number in 1...12 {
            for moment in PortTap.Moment.allCases {
                let stage = Stage()
                let report: ReconciliationReport? = try stage.executor.run(stage.clock) {
                    try await stage.open("a", seats: ["A-1-1"], token: token, holdMs: 1_000)
                    let tap = PortTap(faults: [number: .crash(moment)])
                    try await CrashPointTests.runUntilKilled(try stage.worker(tap), tap, stage)
                    // The message is gone too, as when somebody purged the queue.
                    try await Self.purge(stage)
                    try await stage.clock.sleep(ms: 60_000)
                    let report = try await Self.pass(stage)
                    try await stage.drain(try stage.worker())
                    #expect(try await GuaranteeAudit(stage).violations == [], "\(moment) call \(number)")
                    return report
                }
                for (name, count) in report?.counts ?? [] where count > 0 { findings.insert(name) }
            }
        }
        #expect(findings.isSuperset(of: ["missing-settlements", "abandoned-claims", "forgotten-holds"]))
    }

    private static func purge(_ stage: Stage) async throws {
        try await stage.clock.sleep(ms: 30_000)
        let messages = try await stage.queue.receive(max: 10, waitMs: 0, visibilityMs: 1_000)
        _ = try await stage.queue.delete(messages.map(\.receipt))
    }

    @Test("leaves to the operator what has a dead letter")
    func awaitsOperator() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: "tok_broken", holdMs: 1_000)
            try await stage.drain(try stage.worker())
            try await stage.clock.sleep(ms: 3_600)
            try await stage.clock.sleep(ms: 60_000)
            let report = try await Self.pass(stage)
            #expect(report.awaitingOperator == 1)
            #expect(report.requeued == 0)
            #expect(try stage.intent(intent).state == .claimed)
        }
    }

    @Test("moves messages on which workers died to the operators' list")
    func deadMessages() throws {
        let stage = Stage(queueMaxReceiveCount: 3)
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"])
            let ended = try await stage.open("b", buyer: "bo", seats: ["A-1-2"])
            for _ in 1...4 {
                _ = try await stage.queue.receive(max: 10, waitMs: 0, visibilityMs: 1_000)
                try await stage.clock.sleep(ms: 1_000)
            }
            _ = try await stage.ledger.cancel(ended.id, buyer: ended.buyer, now: stage.clock.now())
            let report = try await Self.pass(stage)
            #expect(report.deadMessagesMoved == 1)
            #expect(report.deadMessagesDropped == 1)
            let letter = try #require(try await stage.deadLetters.letter(intent.id.text))
            #expect(letter.kind == .receivedTooOften)
            #expect(letter.event == intent.event)
            #expect(try await stage.queue.stats().dead == 0)
        }
    }

    @Test("takes letters off the list whose intent has ended")
    func finishedLetters() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"])
            try await stage.drain(try stage.worker())
            try await stage.bury(intent)
            #expect(try await Self.pass(stage).lettersRemoved == 1)
            #expect(try await stage.deadLetters.letterCount() == 0)
        }
    }

    @Test("runs by itself, one pass at a time, and stops when it is told")
    func runs() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            let reconciler = Reconciler(ports: stage.ports(tap), settings: .embedded)
            let running = Task(executorPreference: stage.executor) { await reconciler.runUntilCancelled() }
            try await stage.clock.sleep(ms: 60_000)
            let passes = tap.count(of: "queue.takeDead")
            #expect((8...24).contains(passes), "\(passes) passes in a minute at 5 s")
            tap.setOutage("queue", .unavailable)
            try await stage.clock.sleep(ms: 20_000)
            #expect(tap.count(of: "queue.takeDead") > passes, "an error does not end it")
            running.cancel()
            await running.value
        }
    }

    @Test("sweeps what ended seven days ago, batch after batch, up to its limit a pass")
    func sweeping() throws {
        let stage = Stage()
        try stage.run {
            let broom = CountedBroom(ended: 120)
            var settings = ReconcilerSettings.embedded
            settings.maxSweptPerPass = 100
            let reconciler = Reconciler(ports: stage.ports(broom: broom), settings: settings)
            let first = try #require(try await reconciler.pass())
            #expect(first.swept == 100)
            #expect(first.isPartial && !first.hasMended)
            let week = stage.clock.now().adding(ms: -7 * 86_400_000)
            #expect(
                broom.calls == [.init(endedBefore: week, limit: 50), .init(endedBefore: week, limit: 50)])
            let second = try #require(try await reconciler.pass())
            #expect(second.swept == 20)
            #expect(!second.isPartial)
            #expect(broom.calls.count == 3)
        }
    }
}

/// A store with so many old intents.
private final class CountedBroom: Broom {
    struct Call: Equatable {
        let endedBefore: Timestamp
        let limit: Int
    }

    private let state: Mutex<(left: Int, calls: [Call])>

    init(ended: Int) { state = Mutex((ended, [])) }

    var calls: [Call] { state.withLock { $0.calls } }

    func sweep(endedBefore moment: Timestamp, limit: Int) async throws(PortError) -> Int {
        state.withLock { state in
            state.calls.append(Call(endedBefore: moment, limit: limit))
            let removed = min(limit, state.left)
            state.left -= removed
            return removed
        }
    }
}
