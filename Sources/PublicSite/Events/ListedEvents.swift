import Ticketing

/// The catalogue as this loop knows it. Whether an event exists is decided here, so that asking for events
/// that do not exist costs no call to the catalogue each.
final class ListedEvents: SourceReader {
    static let cacheKey = "public:1:events"
    /// A list this old is read again before an event is called unknown: it may have been imported just now.
    private static let oldestForRefusalMs: Int64 = 200

    let refresher: Refresher
    private(set) var list = EventList([])
    private let catalogue: any Catalogue
    private let fleet: FleetReading
    private let surroundings: Surroundings
    private var needsNewer = false

    init(catalogue: any Catalogue, fleet: FleetReading, surroundings: Surroundings) {
        self.catalogue = catalogue
        self.fleet = fleet
        self.surroundings = surroundings
        refresher = Refresher("events", surroundings: surroundings)
        refresher.attach(self)
    }

    /// The event as it is listed now; nil when there is none. Waits for the source when it must.
    func event(_ id: EventID) async throws(PortError) -> ListedEvent? {
        try await refresher.settle()
        if let event = list[id] { return event }
        guard !isCertain(now: surroundings.clock.now()) else { return nil }
        needsNewer = true
        await refresher.refresh()
        return list[id]
    }

    /// True when the list is so young that what is not in it does not exist.
    func isKnownMissing(_ id: EventID) -> Bool {
        list[id] == nil && isCertain(now: surroundings.clock.now())
    }

    /// A failing catalogue is not asked again and again for what it did not know before.
    private func isCertain(now: Timestamp) -> Bool {
        guard let asOf = refresher.asOf else { return false }
        let ageMs = now.ms(since: asOf)
        if refresher.freshness.isFailing { return ageMs <= Freshness.oldestKeptMs }
        return ageMs >= 0 && ageMs < Self.oldestForRefusalMs
    }

    func readSource() async throws(PortError) {
        let freshForMs = needsNewer ? Int(Self.oldestForRefusalMs) : surroundings.settings.cacheTTLMs
        needsNewer = false
        try await fleet.refresh(
            Self.cacheKey, known: refresher.asOf, freshForMs: freshForMs,
            decode: { EventList(bytes: $0.bytes) },
            load: { _ async throws(PortError) in
                let madeAt = surroundings.clock.now()
                let events = try await surroundings.health.noting(.catalogue) { () async throws(PortError) in
                    try await catalogue.events()
                }
                let list = EventList(events)
                return (list, CacheEntry(bytes: list.bytes, madeAt: madeAt))
            },
            adopt: { adopt($0, $1) })
    }

    private func adopt(_ newer: EventList, _ madeAt: Timestamp) {
        // A reading that was given up may come in after its successor.
        guard refresher.asOf.map({ madeAt > $0 }) ?? true else { return }
        let isChanged = refresher.asOf == nil || newer.bytes != list.bytes
        if isChanged { list = newer }
        refresher.adopted(madeAt, isChanged: isChanged)
    }
}

extension CacheEntry {
    /// Which of two readings is later is decided by when the source was read: the content has no count of its
    /// own that would survive a cache that forgets.
    init(bytes: [UInt8], madeAt: Timestamp) {
        self.init(bytes: bytes, version: UInt64(max(0, madeAt.msSinceEpoch)), madeAt: madeAt)
    }
}
