import EventLoop
import Glibc

/// One server as a loop sees it: at most one connection, those who wait for it, and the circuit that spares a
/// server which is down, and its callers.
final class RedisNode: TimerTarget {
    let client: RedisClient
    let address: RedisAddress
    private var circuit: Circuit
    private var connection: RedisConnection?
    /// Only while the first connection is made, or the first after an orderly end: later callers are refused.
    private var waiting = ExchangeQueue()
    private var timer: TimerID?
    private var isResolving = false
    private var attempt = 0
    private var connectDeadlineNs: UInt64 = 0
    private var isClosed = false

    init(_ address: RedisAddress, client: RedisClient) {
        self.address = address
        self.client = client
        circuit = Circuit(client.settings)
    }

    private var loop: EventLoop { client.loop }
    var isReady: Bool { connection?.isReady ?? false }
    var isIdle: Bool { waiting.isEmpty && connection?.isIdle ?? true }

    func send(_ exchange: RedisExchange) {
        guard !isClosed else { return exchange.fail(.connectionClosed) }
        if let connection, connection.isReady { return connection.send(exchange) }
        switch circuit.admit(nowNs: loop.nowNs) {
        case .pass: wait(exchange)
        case .probe:
            connect()
            refuse(exchange)
        case .refuse: refuse(exchange)
        }
    }

    private func refuse(_ exchange: RedisExchange) {
        client.refuse(exchange, RedisError(.circuitOpen, "\(address) has just failed and is not asked"))
        client.nodeIsAway()
    }

    private func wait(_ exchange: RedisExchange) {
        guard waiting.count < client.settings.maxPending else {
            return client.refuse(
                exchange, RedisError(.tooManyPending, "too many commands wait for \(address)"))
        }
        waiting.append(exchange)
        if connection == nil, !isResolving { connect() }
        setTimer()
    }

    // MARK: Connecting

    private func connect() {
        isResolving = true
        attempt += 1
        connectDeadlineNs = loop.nowNs + client.settings.connectTimeoutMs * 1_000_000
        let number = attempt
        NameLookup.find(address, on: loop) { [weak self] addresses in
            guard let self, self.isResolving, self.attempt == number else { return }
            self.isResolving = false
            self.resolved(addresses)
        }
        setTimer()
    }

    private func resolved(_ addresses: [SocketAddress]) {
        guard !addresses.isEmpty else {
            return failed(RedisError(.cannotResolve, "the name \(address.host) is not known"))
        }
        do throws(RedisError) {
            // A name with several numbers: each failure goes on to the next.
            connection = try opened(addresses[circuit.failures % addresses.count])
        } catch {
            failed(error)
        }
    }

    private func opened(_ numeric: SocketAddress) throws(RedisError) -> RedisConnection {
        let tls = try client.tls.map { context throws(RedisError) in
            try TLSSession(context, host: address.host)
        }
        do throws(SocketError) {
            let descriptor = try TCPSocket.connect(to: numeric)
            let connection = RedisConnection(
                descriptor: descriptor, node: self, tls: tls, connectDeadlineNs: connectDeadlineNs)
            guard loop.watch(connection, for: .stream) else {
                connection.neverWatched()
                throw SocketError.cannotWatch
            }
            return connection
        } catch {
            throw RedisError(.cannotConnect, "\(address): \(error)")
        }
    }

    // MARK: For the connection

    func connected(_ connection: RedisConnection) {
        if !circuit.isClosed { client.observe(.circuitClosed(address: address.description)) }
        circuit.connected(nowNs: loop.nowNs)
        client.observe(.connected(address: address.description))
        for exchange in waiting.takeAll() { connection.send(exchange) }
    }

    func ended(_ connection: RedisConnection, _ error: RedisError?) {
        guard self.connection === connection else { return }
        self.connection = nil
        if let error { return failed(error) }
        client.observe(.disconnected(address: address.description, .connectionClosed))
    }

    private func failed(_ error: RedisError) {
        let pauseNs = circuit.failed(nowNs: loop.nowNs, jitter: client.jitter)
        client.observe(.disconnected(address: address.description, error))
        client.observe(.circuitOpened(address: address.description, forMs: pauseNs / 1_000_000))
        if error.code == .badAnswer { client.observe(.badAnswer(address: address.description, error)) }
        client.nodeIsAway()
        for exchange in waiting.takeAll() { exchange.fail(error) }
    }

    // MARK: Deadlines

    private func setTimer() {
        guard timer == nil else { return }
        let nextNs = min(waiting.first?.deadlineNs ?? .max, isResolving ? connectDeadlineNs : .max)
        guard nextNs != .max else { return }
        timer = loop.arm(self, atNs: nextNs)
    }

    func timerFired() {
        timer = nil
        let nowNs = loop.nowNs
        if isResolving, nowNs >= connectDeadlineNs {
            isResolving = false
            failed(RedisError(.cannotResolve, "the name \(address.host) was not found in time"))
        }
        while let first = waiting.first, first.deadlineNs <= nowNs {
            _ = waiting.popFirst()
            client.observe(.timedOut(address: address.description))
            first.fail(RedisError(.timedOut, "no connection to \(address) in time"))
        }
        setTimer()
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        isResolving = false
        if let timer { loop.cancel(timer) }
        timer = nil
        let connection = self.connection
        self.connection = nil
        connection?.close(nil)
        for exchange in waiting.takeAll() { exchange.fail(.connectionClosed) }
    }
}
