import Ticketing

/// What the public service reads from. Nothing of it is written but the shared cache.
package struct PublicPorts: Sendable {
    package let catalogue: any Catalogue
    package let ledger: any SeatLedger
    package let orders: any OrderBook
    package let queue: any OrderQueue
    package let cache: any SharedCache
    package let clock: any WallClock
    package let randomness: any Randomness

    package init(
        catalogue: any Catalogue, ledger: any SeatLedger, orders: any OrderBook, queue: any OrderQueue,
        cache: any SharedCache, clock: any WallClock, randomness: any Randomness
    ) {
        self.catalogue = catalogue
        self.ledger = ledger
        self.orders = orders
        self.queue = queue
        self.cache = cache
        self.clock = clock
        self.randomness = randomness
    }
}
