import EventLoop

/// Requests that wait for a connection, in the order in which they came; each gives up at its own deadline.
struct WaitingLine {
    private var exchanges: [WireExchange] = []
    private var first = 0

    /// Those that gave up count until their turn comes: they are few, and the limit is one of memory.
    var count: Int { exchanges.count - first }

    mutating func append(_ exchange: WireExchange, on loop: EventLoop) {
        exchange.beginWaiting(on: loop)
        exchanges.append(exchange)
    }

    mutating func removeFirst(on loop: EventLoop) -> WireExchange? {
        while first < exchanges.count {
            let exchange = exchanges[first]
            first += 1
            if first == exchanges.count {
                exchanges.removeAll(keepingCapacity: exchanges.capacity <= 1024)
                first = 0
            }
            guard !exchange.hasGivenUp else { continue }
            exchange.endWaiting(on: loop)
            return exchange
        }
        return nil
    }
}
