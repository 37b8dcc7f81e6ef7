import HTTP
import Ticketing

/// What the loops of a process share, so that it does not matter to a client which of them it reaches. Made
/// once in a process and handed to the desk of each loop.
package final class SharedDesk: Sendable {
    let settings: DeskSettings
    let saleCatalogue: SaleCatalogue
    let takenSeats: TakenSeats
    let seatLines: SeatLines
    let queuedIntents: QueuedIntents
    let buyerRate: RateLimit<BuyerID>
    let guestRate: RateLimit<PeerAddress>

    package init(settings: DeskSettings, catalogue: any Catalogue) {
        self.settings = settings
        saleCatalogue = SaleCatalogue(
            catalogue, freshMs: settings.catalogueFreshMs, staleMs: settings.catalogueStaleMs)
        takenSeats = TakenSeats(capacity: settings.maxRememberedSeats)
        seatLines = SeatLines(maxWaiting: settings.maxContenders)
        queuedIntents = QueuedIntents(capacity: settings.maxRememberedIntents)
        buyerRate = RateLimit(
            count: settings.requestsPerSecond, periodMs: 1_000, burst: settings.requestBurst,
            capacity: settings.maxRememberedBuyers)
        guestRate = RateLimit(
            count: settings.guestsPerMinute, periodMs: 60_000, burst: settings.guestsPerMinute,
            capacity: settings.maxRememberedAddresses)
    }

    /// Reads what is on sale before the first buyer asks. Not necessary; a failure is the first buyer's to see.
    package func warmUp(clock: any WallClock, executor: (any TaskExecutor)?) async throws(PortError) {
        try await saleCatalogue.warmUp(
            in: WaitingRoom(clock: clock, executor: executor),
            until: clock.now().adding(ms: Self.warmUpMs))
    }

    /// What has not been read by then is read when somebody buys.
    private static let warmUpMs: Int64 = 5_000
}
