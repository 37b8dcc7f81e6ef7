import EventLoop

/// HTTP requests of one loop: connections are kept, their number is limited, and so is the number of requests that wait
/// for one. It belongs to its loop.
final class WireTransport {
    let loop: EventLoop
    let settings: TransportSettings
    let library = CurlLibrary()
    private var connections: [ConnectionTag: WireConnection] = [:]
    private var lastSerial: UInt64 = 0
    private var idle: [WireConnection] = []
    private var waiting = WaitingLine()
    private var isClosed = false

    init(loop: EventLoop, settings: TransportSettings) {
        loop.preconditionIsCurrent()
        self.loop = loop
        self.settings = settings
    }

    deinit { precondition(isClosed, "a transport was dropped without being closed") }

    /// `completion` is called once, on the loop, maybe inside this call.
    func send(_ request: WireRequest, completion: @escaping WireExchange.Completion) {
        let exchange = WireExchange(request, completion: completion)
        guard !isClosed else {
            return exchange.finish(
                .failure(.init(code: .closed, message: "the calls were closed", wasSent: false)))
        }
        start(exchange)
    }

    private func start(_ exchange: WireExchange) {
        if let index = idle.lastIndex(where: { $0.endpoint == exchange.request.endpoint }) {
            return idle.remove(at: index).send(exchange)
        }
        // All that are idle lead elsewhere: the one that has been so for longest makes room.
        if connections.count >= settings.maxConnections, let other = idle.first { other.close() }
        if connections.count < settings.maxConnections { return connect(exchange) }
        guard waiting.count < settings.maxWaiting else {
            return exchange.finish(
                .failure(
                    .init(code: .queueFull, message: "too many calls wait for a connection", wasSent: false)))
        }
        waiting.append(exchange, on: loop)
    }

    private func connect(_ exchange: WireExchange) {
        lastSerial += 1
        let tag = ConnectionTag(serial: lastSerial)
        let connection = WireConnection(to: exchange.request.endpoint, tag: tag, transport: self)
        connections[tag] = connection
        connection.begin(exchange)
    }

    /// What came over this connection made no sense.
    func distrust(_ tag: ConnectionTag) { connections[tag]?.distrust() }

    /// Nobody gets an answer any more, and every connection ends.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        while let exchange = waiting.removeFirst(on: loop) {
            exchange.finish(
                .failure(.init(code: .closed, message: "the calls were closed", wasSent: false)))
        }
        for connection in Array(connections.values) { connection.endWithTransport() }
        idle = []
    }

    // MARK: For the connections

    func becameIdle(_ connection: WireConnection) {
        guard let next = waiting.removeFirst(on: loop) else { return idle.append(connection) }
        guard next.request.endpoint == connection.endpoint else {
            return connection.close(handingOver: next)
        }
        connection.send(next)
    }

    /// The place of a connection is free. A request that is handed over comes before those that wait, and gets a new
    /// connection: another kept one might be as dead as this one.
    func ended(_ connection: WireConnection, handingOver exchange: WireExchange?) {
        connections[connection.tag] = nil
        idle.removeAll { $0 === connection }
        if let exchange {
            if isClosed {
                exchange.finish(
                    .failure(.init(code: .closed, message: "the calls were closed", wasSent: true)))
            } else {
                connect(exchange)
            }
        }
        while !isClosed, connections.count < settings.maxConnections,
            let next = waiting.removeFirst(on: loop)
        {
            connect(next)
        }
    }
}
