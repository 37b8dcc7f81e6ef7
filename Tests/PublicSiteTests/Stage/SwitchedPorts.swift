import Synchronization
import Ticketing
import TicketingTesting

/// What a test does to the calls of a port: counts them, makes them fail, holds them up.
final class PortSwitch: Sendable {
    private struct State {
        var calls = 0
        var failure: PortError?
    }

    private let state = Mutex(State())
    let gate = Gate()

    var calls: Int { state.withLock { $0.calls } }

    func fail(_ failure: PortError? = PortError(.unavailable, "switched off by the test")) {
        state.withLock { $0.failure = failure }
    }

    func recover() { fail(nil) }

    func pass() async throws(PortError) {
        state.withLock { $0.calls += 1 }
        await gate.pass()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}

/// The part of the ledger that the public service reads; nothing here writes.
struct SwitchedLedger: WrappingLedger {
    let inner: any SeatLedger
    let locksSwitch = PortSwitch()

    func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock] {
        try await locksSwitch.pass()
        return try await inner.locks(in: section, of: event)
    }
}

/// A catalogue whose list and whose listings are switched apart.
struct SwitchedCatalogue: Catalogue {
    let inner: any Catalogue
    let listSwitch = PortSwitch()
    let listingSwitch = PortSwitch()

    func events() async throws(PortError) -> [Event] {
        try await listSwitch.pass()
        return try await inner.events()
    }

    func event(_ id: EventID) async throws(PortError) -> Event? { try await inner.event(id) }

    func listing(_ id: EventID) async throws(PortError) -> Listing? {
        try await listingSwitch.pass()
        return try await inner.listing(id)
    }

    func importListing(_ listing: Listing, now: Timestamp) async throws(PortError) -> ImportOutcome {
        try await inner.importListing(listing, now: now)
    }
}

/// A shared cache that may be down.
struct SwitchedCache: SharedCache {
    let inner: any SharedCache
    let cacheSwitch = PortSwitch()

    func entry(_ key: String) async throws(PortError) -> CacheEntry? {
        try await cacheSwitch.pass()
        return try await inner.entry(key)
    }

    func store(_ entry: CacheEntry, under key: String, ttlMs: Int) async throws(PortError) -> Bool {
        try await cacheSwitch.pass()
        return try await inner.store(entry, under: key, ttlMs: ttlMs)
    }

    func beginRefresh(of key: String, leaseMs: Int) async throws(PortError) -> RefreshLease? {
        try await cacheSwitch.pass()
        return try await inner.beginRefresh(of: key, leaseMs: leaseMs)
    }

    func extendRefresh(_ lease: RefreshLease, leaseMs: Int) async throws(PortError) -> Bool {
        try await cacheSwitch.pass()
        return try await inner.extendRefresh(lease, leaseMs: leaseMs)
    }

    func endRefresh(_ lease: RefreshLease) async throws(PortError) {
        try await cacheSwitch.pass()
        try await inner.endRefresh(lease)
    }
}
