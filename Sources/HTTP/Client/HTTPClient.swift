import EventLoop

/// Requests to one server, over connections that are kept and shared. It belongs to a loop.
package final class HTTPClient {
    let loop: EventLoop
    let address: SocketAddress
    let settings: ClientSettings
    let limits: ParserLimits
    private let host: String
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var idle: [ClientConnection] = []
    private var waiting: [Exchange] = []
    private var firstWaiting = 0
    private var isClosed = false

    /// `host` is what the Host field says; by default the address.
    package init(
        loop: EventLoop, address: SocketAddress, host: String? = nil, settings: ClientSettings = .init()
    ) {
        loop.preconditionIsCurrent()
        self.loop = loop
        self.address = address
        self.host = host ?? address.description
        self.settings = settings
        limits = settings.parserLimits
    }

    deinit { precondition(connections.isEmpty, "an HTTP client was dropped without being closed") }

    package var openConnections: Int { connections.count }

    /// Sends a request and waits for its answer. The caller runs on the client's loop.
    package func send(_ request: ClientRequest) async throws(HTTPClientError) -> ClientResponse {
        let result: Result<ClientResponse, HTTPClientError> = await withUnsafeContinuation { continuation in
            send(request) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same for callers that are no tasks: `completion` is called once, on the loop.
    package func send(
        _ request: ClientRequest, completion: @escaping (Result<ClientResponse, HTTPClientError>) -> Void
    ) {
        let timeoutMs = request.timeoutMs ?? settings.requestTimeoutMs
        start(
            Exchange(
                request, host: host, deadlineNs: loop.readClockNs() + timeoutMs * 1_000_000,
                completion: completion))
    }

    /// Ends every connection; requests without an answer fail.
    package func close() {
        isClosed = true
        let unserved = waiting[firstWaiting...]
        waiting = []
        firstWaiting = 0
        for exchange in unserved {
            exchange.finish(.failure(HTTPClientError(.closed, "the client was closed")))
        }
        for connection in connections.values { connection.close() }
        idle = []
    }

    // MARK: For the connections

    func start(_ exchange: Exchange) {
        guard !isClosed else {
            return exchange.finish(.failure(HTTPClientError(.closed, "the client was closed")))
        }
        if let connection = idle.popLast() { return connection.send(exchange) }
        if connections.count < settings.maxConnections { return connect(exchange) }
        guard waiting.count - firstWaiting < settings.maxWaiting else {
            return exchange.finish(
                .failure(HTTPClientError(.queueFull, "too many requests wait for a connection to \(address)"))
            )
        }
        waiting.append(exchange)
    }

    func becameIdle(_ connection: ClientConnection) {
        if let exchange = nextWaiting() { return connection.send(exchange) }
        idle.append(connection)
    }

    func ended(_ connection: ClientConnection) {
        connections[ObjectIdentifier(connection)] = nil
        idle.removeAll { $0 === connection }
        guard !isClosed, connections.count < settings.maxConnections, let exchange = nextWaiting() else {
            return
        }
        connect(exchange)
    }

    private func nextWaiting() -> Exchange? {
        while firstWaiting < waiting.count {
            let exchange = waiting[firstWaiting]
            firstWaiting += 1
            if firstWaiting > 64, firstWaiting * 2 > waiting.count {
                waiting.removeFirst(firstWaiting)
                firstWaiting = 0
            }
            if exchange.deadlineNs > loop.nowNs { return exchange }
            exchange.finish(
                .failure(HTTPClientError(.timedOut, "no connection to \(address) became free in time")))
        }
        return nil
    }

    private func connect(_ exchange: Exchange) {
        do throws(SocketError) {
            let connection = ClientConnection(descriptor: try TCPSocket.connect(to: address), client: self)
            connections[ObjectIdentifier(connection)] = connection
            guard loop.watch(connection, for: .stream) else {
                connection.close()
                throw SocketError.cannotWatch
            }
            connection.begin(exchange)
        } catch {
            exchange.finish(.failure(HTTPClientError(.cannotConnect, "\(address): \(error)")))
        }
    }
}
