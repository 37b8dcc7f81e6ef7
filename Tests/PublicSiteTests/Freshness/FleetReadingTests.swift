import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

/// Processes that share a cache and a source, each with its own idea of the value.
@Suite("Reading for the fleet")
struct FleetReadingTests {
    /// What the source had at a moment, told apart by a number.
    private final class Process {
        let fleet: FleetReading
        let clock: ManualClock
        let source: PortSwitch
        var value: [UInt8]?
        var asOf: Timestamp?
        var loads = 0
        private let freshForMs: Int

        init(
            _ house: House, _ source: PortSwitch, _ executor: ManualExecutor,
            cache: (any SharedCache)? = nil, freshForMs: Int = 1_000
        ) {
            clock = house.clock
            self.freshForMs = freshForMs
            self.source = source
            fleet = FleetReading(
                cache: cache ?? house.cache,
                surroundings: Surroundings(
                    clock: house.clock, randomness: house.randomness, executor: executor,
                    workshop: Workshop(executor: executor), settings: PublicSettings(),
                    counts: PublicCounts(MetricsRegistry()), health: SourceHealth(),
                    logger: Logger(service: "test", level: .error, sink: CapturingLogSink())))
        }

        func refresh() async throws(PortError) {
            try await fleet.refresh(
                "key", known: asOf, freshForMs: freshForMs, decode: { $0.bytes },
                load: { _ async throws(PortError) in
                    loads += 1
                    let madeAt = clock.now()
                    try await source.pass()
                    try? await clock.sleep(ms: 100)
                    let bytes = Array(madeAt.text.utf8)
                    return (bytes, CacheEntry(bytes: bytes, madeAt: madeAt))
                },
                adopt: { value, madeAt in
                    self.value = value
                    asOf = madeAt
                })
        }
    }

    private let house = House()
    private let executor = ManualExecutor(randomness: SeededRandomness(seed: 3))

    private func run(_ story: @escaping @Sendable (House, ManualExecutor) async throws -> Void) throws {
        let (house, executor) = (house, executor)
        try executor.run(house.clock, deadline: SmallHall.opensAt.adding(seconds: 600)) {
            try await story(house, executor)
        }
    }

    private static func refreshAll(_ processes: [Process]) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for process in processes {
                let process = LoopConfined(process)
                group.addTask { (try? await process.value.refresh()) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test("of many processes one reads the source, and all have what it read")
    func oneReader() throws {
        try run { house, executor in
            let source = PortSwitch()
            let processes = (0..<20).map { _ in Process(house, source, executor) }
            for round in 1...3 {
                #expect(await Self.refreshAll(processes) == 20)
                #expect(source.calls == round)
                #expect(Set(processes.map(\.asOf)).count == 1)
                try await house.clock.sleep(ms: 1_500)
            }
        }
    }

    @Test(
        "what another process shared is taken while it can still be shown for a moment, and read anew after that"
    )
    func sharedLongAgo() throws {
        try run { house, executor in
            let source = PortSwitch()
            try await Process(house, source, executor).refresh()
            try await house.clock.sleep(ms: 2_200)
            let early = Process(house, source, executor, freshForMs: 3_000)
            try await early.refresh()
            #expect(early.loads == 0)
            try await house.clock.sleep(ms: 400)
            let late = Process(house, source, executor, freshForMs: 3_000)
            try await late.refresh()
            #expect(late.loads == 1)
        }
    }

    @Test("a reader that crashes holds the others up only until its lease ends")
    func crashedReader() throws {
        try run { house, executor in
            _ = try await house.cache.beginRefresh(of: "key", leaseMs: FleetReading.leaseMs)
            let process = Process(house, PortSwitch(), executor)
            let began = house.clock.now()
            try await process.refresh()
            let waitedMs = house.clock.now().ms(since: began)
            #expect((2_000...2_300).contains(waitedMs))
            #expect(process.loads == 1)
        }
    }

    @Test("a reading that takes longer than a lease keeps it: nobody else reads the source meanwhile")
    func longReading() throws {
        try run { house, executor in
            let source = PortSwitch()
            source.gate.close()
            let reader = LoopConfined(Process(house, source, executor))
            let others = (0..<5).map { _ in Process(house, source, executor) }
            async let read = Self.refreshAll([reader.value])
            for _ in 0..<4 {
                try await house.clock.sleep(ms: 500)
                // They wait as long as a lease lasts without its holder, and then do without.
                #expect(await Self.refreshAll(others) == 0)
                #expect(source.calls == 1)
            }
            source.gate.open()
            // Too old to be shown on arrival, and shared all the same.
            #expect(await read == 0)
            #expect(reader.value.value != nil)
            #expect(await Self.refreshAll(others) == 5)
            #expect(source.calls == 2)
        }
    }

    @Test("a reading that never ends holds the others up only until it is abandoned")
    func hangingReading() throws {
        try run { house, executor in
            let hanging = PortSwitch()
            hanging.gate.close()
            let reader = LoopConfined(Process(house, hanging, executor))
            async let read = Self.refreshAll([reader.value])
            let other = Process(house, PortSwitch(), executor)
            let abandonMs = Int64(PublicSettings().abandonAfterMs)
            let began = house.clock.now()
            while other.loads == 0, house.clock.now().ms(since: began) < 60_000 {
                _ = await Self.refreshAll([other])
            }
            let waitedMs = house.clock.now().ms(since: began)
            #expect((abandonMs...abandonMs + 3_000).contains(waitedMs), "\(waitedMs)")
            hanging.gate.open()
            _ = await read
        }
    }

    @Test("a reader that fails gives the lease back, and the next tries at once")
    func failedReader() throws {
        try run { house, executor in
            let source = PortSwitch()
            source.fail()
            let processes = (0..<3).map { _ in Process(house, source, executor) }
            #expect(await Self.refreshAll(processes) == 0)
            #expect(processes.map(\.loads) == [1, 1, 1])
            source.recover()
            #expect(await Self.refreshAll(processes) == 3)
            #expect(source.calls == 4)
        }
    }

    @Test("without the cache every process reads for itself")
    func cacheDown() throws {
        try run { house, executor in
            house.cache.cacheSwitch.fail()
            let processes = (0..<4).map { _ in Process(house, PortSwitch(), executor) }
            #expect(await Self.refreshAll(processes) == 4)
            #expect(processes.allSatisfy { $0.loads == 1 && $0.value != nil })
        }
    }

    @Test("a new process takes over what is shared even when it is stale, and says that the source failed")
    func staleIsBetterThanNothing() throws {
        try run { house, executor in
            let source = PortSwitch()
            let old = Process(house, source, executor)
            try await old.refresh()
            source.fail()
            try await house.clock.sleep(ms: 20_000)
            let new = Process(house, source, executor)
            #expect(await Self.refreshAll([new]) == 0)
            #expect(new.value == old.value)
            #expect(new.asOf == old.asOf)
            try await house.clock.sleep(ms: 60_000)
            let newer = Process(house, source, executor)
            #expect(await Self.refreshAll([newer]) == 0)
            #expect(newer.value == nil)
        }
    }

    /// Another process ends its reading between this one's look into the cache and its lease.
    private struct JustInTime: SharedCache {
        let inner: any SharedCache
        let clock: ManualClock

        func entry(_ key: String) async throws(PortError) -> CacheEntry? { try await inner.entry(key) }

        func store(_ entry: CacheEntry, under key: String, ttlMs: Int) async throws(PortError) -> Bool {
            try await inner.store(entry, under: key, ttlMs: ttlMs)
        }

        func beginRefresh(of key: String, leaseMs: Int) async throws(PortError) -> RefreshLease? {
            _ = try await inner.store(CacheEntry(bytes: [1], madeAt: clock.now()), under: key, ttlMs: 60_000)
            return try await inner.beginRefresh(of: key, leaseMs: leaseMs)
        }

        func extendRefresh(_ lease: RefreshLease, leaseMs: Int) async throws(PortError) -> Bool {
            try await inner.extendRefresh(lease, leaseMs: leaseMs)
        }

        func endRefresh(_ lease: RefreshLease) async throws(PortError) { try await inner.endRefresh(lease) }
    }

    @Test("who gets the lease just after another has read takes that over and reads nothing")
    func justInTime() throws {
        try run { house, executor in
            let cache = JustInTime(inner: house.cache, clock: house.clock)
            let process = Process(house, PortSwitch(), executor, cache: cache)
            try await process.refresh()
            #expect(process.loads == 0)
            #expect(process.value == [1])
            #expect(try await house.cache.beginRefresh(of: "key", leaseMs: 1) != nil)
        }
    }

    @Test("what took longer to read than it may be old is kept and called a failure")
    func slowSource() throws {
        try run { house, executor in
            let source = PortSwitch()
            source.gate.close()
            let process = Process(house, source, executor)
            let confined = LoopConfined(process)
            async let refreshed = Self.refreshAll([confined.value])
            try await house.clock.sleep(ms: 3_000)
            source.gate.open()
            #expect(await refreshed == 0)
            #expect(process.value != nil)
        }
    }
}
