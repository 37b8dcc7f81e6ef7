import Synchronization
import Ticketing
import TicketingTesting

/// A catalogue of listings a test puts there; it can be slow or down, and counts what it is asked.
final class FaultyCatalogue: Catalogue {
    private struct State {
        var listings: [EventID: Listing] = [:]
        var isDown = false
        var eventReads = 0
        var listingReads = 0
    }

    let gate = Gate()
    private let state = Mutex(State())

    var eventReads: Int { state.withLock { $0.eventReads } }
    var listingReads: Int { state.withLock { $0.listingReads } }

    func put(_ listing: Listing) { state.withLock { $0.listings[listing.event.id] = listing } }
    func goDown() { state.withLock { $0.isDown = true } }
    func comeUp() { state.withLock { $0.isDown = false } }

    func events() async throws(PortError) -> [Event] {
        state.withLock { $0.eventReads += 1 }
        await gate.pass()
        try check()
        return state.withLock { $0.listings.values.map(\.event) }
    }

    func event(_ id: EventID) async throws(PortError) -> Event? {
        try check()
        return state.withLock { $0.listings[id]?.event }
    }

    func listing(_ id: EventID) async throws(PortError) -> Listing? {
        state.withLock { $0.listingReads += 1 }
        try check()
        return state.withLock { $0.listings[id] }
    }

    func importListing(_ listing: Listing, now: Timestamp) async throws(PortError) -> ImportOutcome {
        put(listing)
        return .updated
    }

    private func check() throws(PortError) {
        guard !state.withLock({ $0.isDown }) else { throw PortError(.unavailable, "a fault of the test") }
    }
}
