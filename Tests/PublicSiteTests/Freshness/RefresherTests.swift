import Synchronization
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

/// A source that does what the test says at each reading.
private final class ScriptedSource: SourceReader {
    let refresher: Refresher
    var readings = 0
    private let clock: ManualClock
    private let script: (Int) async throws(PortError) -> Void

    init(
        _ surroundings: Surroundings, _ clock: ManualClock,
        _ script: @escaping (Int) async throws(PortError) -> Void
    ) {
        self.clock = clock
        self.script = script
        refresher = Refresher("test", surroundings: surroundings)
        refresher.attach(self)
    }

    func readSource() async throws(PortError) {
        readings += 1
        let madeAt = clock.now()
        try await script(readings)
        refresher.adopted(madeAt, isChanged: true)
    }
}

@Suite("Refresher")
struct RefresherTests {
    private let clock = ManualClock()
    private let executor = ManualExecutor()

    private var surroundings: Surroundings {
        Surroundings(
            clock: clock, randomness: SeededRandomness(seed: 1), executor: executor,
            workshop: Workshop(executor: executor), settings: PublicSettings(),
            counts: PublicCounts(MetricsRegistry()), health: SourceHealth(),
            logger: Logger(service: "test", level: .error, sink: CapturingLogSink()))
    }

    /// Runs the test's story alone on the manual executor.
    private func run(
        _ story: @escaping @Sendable (Surroundings, ManualClock) async throws -> Void
    ) throws {
        let (clock, surroundings) = (clock, LoopConfined(surroundings))
        try executor.run(clock, deadline: SmallHall.opensAt.adding(seconds: 600)) {
            try await story(surroundings.value, clock)
        }
    }

    /// Asks for the value many times at once; how many got it.
    private static func settle(_ count: Int, _ source: ScriptedSource) async -> Int {
        let source = LoopConfined(source)
        return await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<count {
                group.addTask { (try? await source.value.refresher.settle()) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test("10,000 who ask at once for what is not there make one reading, and all get it")
    func oneReading() throws {
        try run { surroundings, clock in
            let source = ScriptedSource(surroundings, clock) { _ async throws(PortError) in
                try? await clock.sleep(ms: 50)
            }
            #expect(await Self.settle(10_000, source) == 10_000)
            #expect(source.readings == 1)
        }
    }

    @Test("when that reading fails nobody is left waiting, and the next who asks reads again")
    func failure() throws {
        try run { surroundings, clock in
            let source = ScriptedSource(surroundings, clock) { reading async throws(PortError) in
                try? await clock.sleep(ms: 50)
                if reading == 1 { throw PortError(.unavailable, "the first reading fails") }
            }
            #expect(await Self.settle(10_000, source) == 0)
            #expect(source.readings == 1)
            clock.advance(ms: 200)
            #expect(await Self.settle(100, source) == 100)
            #expect(source.readings == 2)
        }
    }

    @Test("a reading that hangs is given up at its deadline, and its late end is taken over all the same")
    func hanging() throws {
        try run { surroundings, clock in
            let gate = Gate()
            gate.close()
            let source = ScriptedSource(surroundings, clock) { reading async throws(PortError) in
                if reading == 1 { await gate.pass() }
            }
            let began = clock.now()
            #expect(await Self.settle(10, source) == 0)
            #expect(clock.now().ms(since: began) == 4_000)
            gate.open()
            try? await clock.sleep(ms: 1)
            // What was read 4 s ago came at last. It is too old to be shown, and the source is known to live.
            #expect(source.refresher.asOf == began)
            #expect(!source.refresher.freshness.isFailing)
            #expect(await Self.settle(10, source) == 10)
            #expect(source.readings == 2)
        }
    }

    @Test("with something to show, a reading that hangs is given up before that is too old")
    func hangingLater() throws {
        try run { surroundings, clock in
            let gate = Gate()
            let source = ScriptedSource(surroundings, clock) { _ async throws(PortError) in await gate.pass()
            }
            try await source.refresher.settle()
            gate.close()
            let readAt = clock.now()
            try await clock.sleep(ms: 1_000)
            try await source.refresher.settle()
            #expect(clock.now().ms(since: readAt) == 1_000)
            try await clock.sleep(ms: 1_901)
            try await source.refresher.settle()
            // Nobody waited, although the value is older than what is shown of a source that answers.
            #expect(clock.now().ms(since: readAt) == 2_901)
            #expect(source.refresher.freshness.isFailing)
            gate.open()
        }
    }

    @Test("a source that is slow and not dead gets through: its reading is not cut short")
    func slow() throws {
        try run { surroundings, clock in
            let source = ScriptedSource(surroundings, clock) { reading async throws(PortError) in
                guard reading > 1 else { return }
                guard (try? await clock.sleep(ms: 2_500)) != nil else {
                    throw PortError(.unavailable, "cut short")
                }
            }
            let began = clock.now()
            var oldestMs: Int64 = 0
            for _ in 0..<300 {
                try await source.refresher.settle()
                oldestMs = max(oldestMs, clock.now().ms(since: source.refresher.asOf ?? .earliest))
                try await clock.sleep(ms: 100)
            }
            #expect(oldestMs < 6_000)
            // Never two at once, or they would be more.
            #expect(Int64(source.readings - 2) * 2_500 <= clock.now().ms(since: began))
        }
    }

    @Test("readings that never end are left alone after a few")
    func neverEnding() throws {
        try run { surroundings, clock in
            let gate = Gate()
            gate.close()
            let source = ScriptedSource(surroundings, clock) { _ async throws(PortError) in await gate.pass()
            }
            for _ in 0..<40 {
                _ = await Self.settle(1, source)
                try await clock.sleep(ms: 2_000)
            }
            #expect(source.readings == 4)
            gate.open()
            try await clock.sleep(ms: 2_000)
            #expect(await Self.settle(1, source) == 1)
        }
    }

    @Test("who asks while the value is due gets the old one and starts the one reading of the next")
    func whileRevalidating() throws {
        try run { surroundings, clock in
            let source = ScriptedSource(surroundings, clock) { _ async throws(PortError) in
                try? await clock.sleep(ms: 100)
            }
            try await source.refresher.settle()
            try await clock.sleep(ms: 1_500)
            let before = clock.now()
            #expect(await Self.settle(1_000, source) == 1_000)
            #expect(clock.now() == before)
            try await clock.sleep(ms: 200)
            #expect(source.readings == 2)
            #expect(source.refresher.asOf == before)
        }
    }
}
