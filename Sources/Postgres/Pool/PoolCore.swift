import EventLoop
import Ticketing

/// The pool on its loop: which connection does what, who waits, and when to connect.
final class PoolCore: ConnectionOwner {
    private enum Waiter {
        case exchange(Exchange)
        case lease(Lease)

        var isAnswered: Bool {
            switch self {
            case .exchange(let exchange): exchange.isAnswered
            case .lease(let lease): lease.isAnswered
            }
        }

        func fail(_ failure: PostgresFailure) {
            switch self {
            case .exchange(let exchange): exchange.answer(.failure(failure))
            case .lease(let lease): lease.answer(.failure(failure))
            }
        }
    }

    private let url: PostgresURL
    private let settings: PoolSettings
    private let lookup: HostLookup
    private let tally: PoolTally
    private let loop: EventLoop
    private var secret: CurrentSecret
    private var pace: ConnectPace
    private var connections: [PostgresConnection] = [] {
        didSet { noteConnectionCount() }
    }
    /// Look-ups of names that a connection will follow.
    private var lookupCount = 0 {
        didSet { noteConnectionCount() }
    }
    private var waiting: [Waiter] = []
    private var pauses: [ObjectIdentifier: (pause: Pause, timer: TimerID)] = [:]
    private var lastConnectFailure: PostgresFailure?
    private var retryTimer: ConnectDeadline?
    private var idleTimer: ConnectDeadline?
    private var isClosed = false
    private var isServing = false

    init(
        url: PostgresURL, secrets: PostgresSecrets, settings: PoolSettings, randomness: any Randomness,
        lookup: HostLookup, tally: PoolTally, loop: EventLoop
    ) {
        self.url = url
        self.settings = settings
        self.lookup = lookup
        self.tally = tally
        self.loop = loop
        secret = CurrentSecret(secrets)
        pace = ConnectPace(randomness)
    }

    private var connectionCount: Int { connections.count + lookupCount }

    private func noteConnectionCount() { tally.count { $0.connectionsOpen = connectionCount } }

    // MARK: Work comes in

    func submit(_ exchange: Exchange) {
        if waiting.isEmpty, let connection = roomiest() {
            connection.send(exchange)
            // Behind another transaction it is served at once, and the next ones have a connection more.
            if connection.inFlightCount > 1 { connectIfUseful() }
            return
        }
        exchange.tooLate = { [weak self] exchange in self?.giveUp { exchange.answer(.failure($0)) } }
        exchange.armTimer(atNs: min(exchange.deadlineNs, loop.readClockNs() + settings.waitMs * 1_000_000))
        wait(.exchange(exchange))
    }

    func lease(_ lease: Lease) {
        if waiting.isEmpty, let connection = connections.first(where: isIdle) {
            return grant(connection, to: lease)
        }
        lease.tooLate = { [weak self] lease in self?.giveUp { lease.answer(.failure($0)) } }
        lease.armTimer(atNs: min(lease.deadlineNs, loop.readClockNs() + settings.waitMs * 1_000_000))
        wait(.lease(lease))
    }

    func release(_ connection: PostgresConnection) {
        connection.isLeased = false
        guard connections.contains(where: { $0 === connection }) else { return }
        guard connection.isClean, !connection.isDoomed else {
            return connection.end(PostgresFailure(.lost, "a transaction was left open"))
        }
        serveWaiting()
    }

    func pause(ms: UInt64, _ continuation: UnsafeContinuation<Bool, Never>) {
        let pause = Pause(continuation) { [weak self] in self?.pauses[ObjectIdentifier($0)] = nil }
        pauses[ObjectIdentifier(pause)] = (pause, loop.arm(pause, atNs: loop.readClockNs() + ms * 1_000_000))
    }

    private func wait(_ waiter: Waiter) {
        guard !isClosed else { return waiter.fail(.poolIsClosed) }
        if waiting.count >= settings.maxWaiting { waiting.removeAll(where: \.isAnswered) }
        guard waiting.count < settings.maxWaiting else {
            return waiter.fail(
                PostgresFailure(.overloaded, "\(settings.maxWaiting) transactions wait for \(url) already"))
        }
        waiting.append(waiter)
        serveWaiting()
    }

    private func giveUp(_ answer: (PostgresFailure) -> Void) {
        tally.count { $0.waitsGivenUp += 1 }
        if connections.contains(where: \.isReady) {
            answer(PostgresFailure(.overloaded, "every connection to \(url) was busy until the deadline"))
        } else {
            answer(
                PostgresFailure(
                    .cannotConnect, "there was no connection to \(url) before the deadline",
                    cause: lastConnectFailure, sqlState: lastConnectFailure?.sqlState))
        }
    }

    /// A connection that fails while it is handed a question ends, and its end comes back here. That call does
    /// nothing: the one that is running looks at the connections anew for every question.
    private func serveWaiting() {
        guard !isServing else { return }
        isServing = true
        defer { isServing = false }
        var served = 0
        while served < waiting.count {
            switch waiting[served] {
            case let waiter where waiter.isAnswered: break
            case .exchange(let exchange):
                guard let connection = roomiest() else { return keepWaiting(from: served) }
                connection.send(exchange)
            case .lease(let lease):
                guard let connection = connections.first(where: isIdle) else {
                    return keepWaiting(from: served)
                }
                grant(connection, to: lease)
            }
            served += 1
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private func keepWaiting(from served: Int) {
        waiting.removeFirst(served)
        connectIfUseful()
    }

    private func grant(_ connection: PostgresConnection, to lease: Lease) {
        connection.isLeased = true
        lease.answer(.success(LoopBound(connection, on: loop)))
    }

    private func isIdle(_ connection: PostgresConnection) -> Bool {
        connection.isReady && !connection.isDoomed && !connection.isLeased && connection.inFlightCount == 0
    }

    /// The connection with the fewest transactions under way. Nobody joins one that is leased, or full. While
    /// somebody waits for a connection of its own, the others leave one to become idle.
    private func roomiest() -> PostgresConnection? {
        var best: PostgresConnection?
        for connection in connections
        where connection.isReady && !connection.isDoomed && !connection.isLeased
            && connection.inFlightCount < settings.maxInFlight
            && connection.inFlightCount < best?.inFlightCount ?? .max
        {
            best = connection
            if connection.inFlightCount == 0 { break }
        }
        return best
    }

    // MARK: Connecting

    private func connectIfUseful() {
        let beginning = connections.count { $0.isConnecting } + lookupCount
        guard !isClosed, connectionCount < settings.maxConnections, beginning < max(1, waiting.count) else {
            return
        }
        let nowNs = loop.readClockNs()
        guard nowNs >= pace.nextNs else { return tryAgain(atNs: pace.nextNs) }
        do throws(PostgresFailure) {
            begin(try secret.credentials(tally))
        } catch {
            connectFailed(error)
        }
    }

    private func begin(_ credentials: PostgresCredentials) {
        lookupCount += 1
        let myself = LoopBound(self, on: loop)
        let deadlineNs = loop.readClockNs() + settings.connectMs * 1_000_000
        lookup.addresses(of: credentials.host(of: url), on: loop) { result in
            myself.value.connect(result, credentials, deadlineNs)
        }
    }

    private func connect(
        _ addresses: Result<[String], PostgresFailure>, _ credentials: PostgresCredentials,
        _ deadlineNs: UInt64
    ) {
        lookupCount -= 1
        guard !isClosed else { return }
        switch addresses {
        case .failure(let failure): connectFailed(failure)
        case .success(let addresses):
            let connection = PostgresConnection(
                loop: loop, connectDeadlineNs: deadlineNs, maxAnswerBytes: settings.maxAnswerBytes,
                owner: self)
            connections.append(connection)
            connection.connect(
                ConnectParameters(url, credentials, addresses: addresses),
                greeting: SessionGreeting.queries(settings))
        }
    }

    private func connectFailed(_ failure: PostgresFailure) {
        tally.count { $0.connectFailures += 1 }
        lastConnectFailure = failure
        if failure.sqlState?.isAuthentication == true, secret.hasChanged(tally) { return connectIfUseful() }
        pace.failed(atNs: loop.readClockNs())
        if failure.isHopeless {
            // To wait does not help: an operator has to mend it. Whoever comes later asks again.
            let failed = waiting
            waiting = []
            return failed.forEach { $0.fail(failure) }
        }
        waiting.removeAll(where: \.isAnswered)
        if !waiting.isEmpty { tryAgain(atNs: pace.nextNs) }
    }

    private func tryAgain(atNs timeNs: UInt64) {
        guard retryTimer == nil else { return }
        retryTimer = ConnectDeadline(loop: loop, atNs: timeNs) { [weak self] in
            self?.retryTimer = nil
            self?.serveWaiting()
        }
    }

    // MARK: What connections say

    func connectionIsReady(_ connection: PostgresConnection) {
        tally.count { $0.connectionsMade += 1 }
        pace.succeeded()
        lastConnectFailure = nil
        serveWaiting()
        watchIdleness()
    }

    func connectionHasRoom(_ connection: PostgresConnection) {
        guard !waiting.isEmpty else { return watchIdleness() }
        serveWaiting()
    }

    func connectionEnded(_ connection: PostgresConnection, _ failure: PostgresFailure) {
        connections.removeAll { $0 === connection }
        if failure.code == .nonsense { tally.count { $0.nonsenseAnswers += 1 } }
        if failure.code == .cannotConnect { return connectFailed(failure) }
        tally.count { $0.connectionsLost += 1 }
        serveWaiting()
    }

    func connectionSawFailover(_ connection: PostgresConnection) { giveUpAll() }

    /// Each goes when what it does is done.
    func giveUpAll() { for connection in connections { connection.doom() } }

    // MARK: Ending

    private func watchIdleness() {
        guard idleTimer == nil, !isClosed, !connections.isEmpty else { return }
        idleTimer = ConnectDeadline(loop: loop, atNs: loop.nowNs + settings.idleMs * 1_000_000) {
            [weak self] in
            self?.idleTimer = nil
            self?.endIdle()
        }
    }

    private func endIdle() {
        let sinceNs = loop.nowNs - min(loop.nowNs, settings.idleMs * 1_000_000)
        for connection in connections where isIdle(connection) && connection.idleSinceNs <= sinceNs {
            connection.end(PostgresFailure(.lost, "nobody needed the connection"))
        }
        watchIdleness()
    }

    func close() {
        isClosed = true
        retryTimer = nil
        idleTimer = nil
        let failure = PostgresFailure.poolIsClosed
        // Before the connections: while one ends, the next would be handed what still waits.
        for waiter in waiting { waiter.fail(failure) }
        waiting = []
        for connection in connections { connection.end(failure) }
        for (pause, timer) in pauses.values {
            loop.cancel(timer)
            pause.giveUp()
        }
        pauses = [:]
    }
}

extension PostgresFailure {
    /// Trying again in a moment will not help: a wrong secret, or a database that is not there.
    fileprivate var isHopeless: Bool {
        guard let sqlState else { return false }
        return sqlState.isAuthentication || sqlState.kind == "3D"
    }
}
