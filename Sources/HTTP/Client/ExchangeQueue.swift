/// Requests that wait for a connection, in the order in which they came. One that gave up leaves a gap that is passed
/// over later, so that a long queue is never searched.
struct ExchangeQueue {
    private var entries: [(exchange: Exchange, number: UInt64)] = []
    private var first = 0
    private(set) var count = 0

    private static let keptGap = 1_024

    /// The exchange has begun to wait.
    mutating func append(_ exchange: Exchange) {
        entries.append((exchange, exchange.waitNumber))
        count += 1
    }

    /// An exchange that is in here does not wait any more.
    mutating func noteGivenUp() { count -= 1 }

    mutating func popFirst() -> Exchange? {
        while first < entries.count {
            let (exchange, number) = entries[first]
            first += 1
            guard exchange.isWaiting, exchange.waitNumber == number else { continue }
            count -= 1
            closeGap()
            return exchange
        }
        closeGap()
        return nil
    }

    private mutating func closeGap() {
        if first == entries.count {
            entries.removeAll(keepingCapacity: entries.capacity <= Self.keptGap)
            first = 0
        } else if first >= Self.keptGap, first * 2 >= entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }
}
