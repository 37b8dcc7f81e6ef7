import EventLoop
import Glibc

/// Requests to one server, over connections that are kept and shared. It belongs to a loop.
package final class HTTPClient {
    let loop: EventLoop
    let address: SocketAddress
    let settings: ClientSettings
    let limits: ParserLimits
    private let host: String
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var idle: [ClientConnection] = []
    /// Requests without a connection; each gives up at its own deadline.
    private var waiting = ExchangeQueue()
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
    package var waitingRequests: Int { waiting.count }

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
        loop.preconditionIsCurrent()
        guard let bytes = request.encoded(host: host) else {
            return completion(
                .failure(HTTPClientError(.invalidRequest, "the target or a header field cannot be sent")))
        }
        let timeoutMs = request.timeoutMs ?? settings.requestTimeoutMs
        send(Exchange(request, bytes: bytes, completion: completion), timeoutMs: timeoutMs)
    }

    /// The leanest way: bytes that are ready, and an answer that is looked at where it lies.
    package func send(_ exchange: Exchange, timeoutMs: UInt64) {
        exchange.begin(deadlineNs: loop.readClockNs() + timeoutMs * 1_000_000)
        start(exchange)
    }

    /// Ends every connection; requests without an answer fail.
    package func close() {
        isClosed = true
        while let exchange = nextWaiting() { exchange.finish(.failure(.clientClosed)) }
        for connection in connections.values { connection.close() }
        idle = []
    }

    private func start(_ exchange: Exchange) {
        guard !isClosed else { return exchange.finish(.failure(.clientClosed)) }
        if let connection = idle.popLast() { return connection.send(exchange) }
        if connections.count < settings.maxConnections { return connect(exchange) }
        guard waiting.count < settings.maxWaiting else {
            return exchange.finish(
                .failure(HTTPClientError(.queueFull, "too many requests wait for a connection to \(address)"))
            )
        }
        exchange.wait(for: self)
        waiting.append(exchange)
    }

    private func nextWaiting() -> Exchange? {
        guard let exchange = waiting.popFirst() else { return nil }
        exchange.stopWaiting()
        return exchange
    }

    private func connect(_ exchange: Exchange) {
        do throws(SocketError) {
            let connection = ClientConnection(descriptor: try TCPSocket.connect(to: address), client: self)
            guard loop.watch(connection, for: .stream) else {
                Glibc.close(connection.descriptor)
                throw SocketError.cannotWatch
            }
            connections[ObjectIdentifier(connection)] = connection
            connection.begin(exchange)
        } catch {
            exchange.finish(.failure(HTTPClientError(.cannotConnect, "\(address): \(error)")))
        }
    }

    // MARK: For the connections and for the requests that wait

    func becameIdle(_ connection: ClientConnection) {
        if let exchange = nextWaiting() { return connection.send(exchange) }
        idle.append(connection)
    }

    /// The place of a connection is free. A request that is sent again comes before those that wait: it has waited
    /// already, and another kept connection might be as dead as this one.
    func ended(_ connection: ClientConnection, retrying exchange: Exchange?) {
        connections[ObjectIdentifier(connection)] = nil
        idle.removeAll { $0 === connection }
        if let exchange {
            if isClosed { exchange.finish(.failure(.clientClosed)) } else { connect(exchange) }
        }
        while !isClosed, connections.count < settings.maxConnections, let next = nextWaiting() {
            connect(next)
        }
    }

    func waitedTooLong(_ exchange: Exchange) {
        waiting.noteGivenUp()
        exchange.finish(
            .failure(HTTPClientError(.timedOut, "no connection to \(address) became free in time")))
    }
}
