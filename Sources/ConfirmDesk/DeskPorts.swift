import Ticketing

/// What the desk is handed to work with; the same for every loop of a process.
package struct DeskPorts: Sendable {
    package let seatLedger: any SeatLedger
    package let orderQueue: any OrderQueue
    package let orderBook: any OrderBook
    package let catalogue: any Catalogue
    package let clock: any WallClock
    /// Attempts and guests' ids are drawn from it, so nobody may be able to guess what it draws.
    package let randomness: any Randomness

    package init(
        seatLedger: any SeatLedger, orderQueue: any OrderQueue, orderBook: any OrderBook,
        catalogue: any Catalogue, clock: any WallClock, randomness: any Randomness
    ) {
        self.seatLedger = seatLedger
        self.orderQueue = orderQueue
        self.orderBook = orderBook
        self.catalogue = catalogue
        self.clock = clock
        self.randomness = randomness
    }
}
