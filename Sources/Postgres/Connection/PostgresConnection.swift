import CPostgres
import EventLoop

/// Whoever keeps connections and hears of what becomes of them.
protocol ConnectionOwner: AnyObject {
    func connectionIsReady(_ connection: PostgresConnection)
    /// An exchange was answered; there is room for another.
    func connectionHasRoom(_ connection: PostgresConnection)
    func connectionEnded(_ connection: PostgresConnection, _ failure: PostgresFailure)
    /// The server goes or may no longer write: other connections to it are in vain too.
    func connectionSawFailover(_ connection: PostgresConnection)
}

/// One connection in libpq's pipeline mode. Exchanges leave in the order in which they come, without waiting for
/// each other's answers, and are answered in that order.
final class PostgresConnection {
    private enum Phase { case connecting, greeting, ready, ended }

    private let loop: EventLoop
    private let connectDeadlineNs: UInt64
    private let maxAnswerBytes: Int
    private weak var owner: (any ConnectionOwner)?
    private var handle: OpaquePointer?
    private var source: ConnectionSource?
    private var isWatchingWrites = false
    private var phase = Phase.connecting
    private var statements = PreparedStatements()
    private var inFlight: [Exchange] = []
    private var deadline: ConnectDeadline?
    private var traffic = SocketTraffic()

    /// Takes no more exchanges, and ends when those under way are answered.
    private(set) var isDoomed = false
    /// One caller has it for a transaction of several steps.
    var isLeased = false
    /// When its last exchange was answered, on the loop's clock.
    private(set) var idleSinceNs: UInt64 = 0

    /// More results in one go, and the loop's other sockets would wait.
    private static let maxResultsPerTurn = 512

    init(loop: EventLoop, connectDeadlineNs: UInt64, maxAnswerBytes: Int, owner: any ConnectionOwner) {
        self.loop = loop
        self.connectDeadlineNs = connectDeadlineNs
        self.maxAnswerBytes = maxAnswerBytes
        self.owner = owner
    }

    deinit { precondition(handle == nil, "a connection was dropped without being ended") }

    var isReady: Bool { phase == .ready }
    var isConnecting: Bool { phase == .connecting || phase == .greeting }
    var inFlightCount: Int { inFlight.count }

    // MARK: Connecting

    /// Begins to connect. The owner hears of the end, good or bad; never inside this call.
    func connect(_ parameters: ConnectParameters, greeting: [SQLQuery]) {
        handle = parameters.withCStrings { PQconnectStartParams($0, $1, 0) }
        guard let handle, PQstatus(handle) != CONNECTION_BAD else {
            let words = handle.map { ServerAnswer.text(PQerrorMessage($0)) } ?? "there is no memory"
            return loop.runLater { self.end(PostgresFailure(.cannotConnect, words)) }
        }
        // What the server remarks on would be written to standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        // Only verbose messages carry the state by which a wrong password is told from a server that starts.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        deadline = ConnectDeadline(loop: loop, atNs: connectDeadlineNs) { [weak self] in
            self?.end(PostgresFailure(.cannotConnect, "the server did not answer in time"))
        }
        watch(.writable) { [weak self] in self?.goOnConnecting(greeting) }
    }

    private func goOnConnecting(_ greeting: [SQLQuery]) {
        guard let handle, phase == .connecting else { return }
        // The next step may be about another socket.
        unwatch()
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_READING: watch(.readable) { [weak self] in self?.goOnConnecting(greeting) }
        case PGRES_POLLING_WRITING: watch(.writable) { [weak self] in self?.goOnConnecting(greeting) }
        case PGRES_POLLING_OK: greet(greeting)
        default:
            let words = ServerAnswer.text(PQerrorMessage(handle))
            end(
                PostgresFailure(
                    .cannotConnect, words, sqlState: ServerAnswer.sqlState(inMessage: words)))
        }
    }

    private func greet(_ greeting: [SQLQuery]) {
        guard let handle, PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            return end(PostgresFailure(.cannotConnect, "libpq cannot pipeline"))
        }
        phase = .greeting
        watch(.readable) { [weak self] in self?.becameReady() }
        send(Exchange(greeting, isPrepared: false, deadlineNs: .max, loop: loop, continuation: nil))
    }

    private func greeted(_ answer: Exchange.Answer) {
        deadline = nil
        if case .failure(let failure) = answer {
            return end(
                PostgresFailure(
                    .cannotConnect, "the session could not be set up", cause: failure,
                    sqlState: failure.sqlState))
        }
        phase = .ready
        idleSinceNs = loop.nowNs
        owner?.connectionIsReady(self)
    }

    // MARK: Asking

    /// Sends the exchange behind those that are under way.
    func send(_ exchange: Exchange) {
        guard let handle else {
            return exchange.answer(.failure(PostgresFailure(.lost, "the connection has ended")))
        }
        traffic.begin()
        inFlight.append(exchange)
        exchange.tooLate = { [weak self] _ in
            self?.end(PostgresFailure(.tooLate, "the server did not answer in time"))
        }
        guard exchange.isPrepared ? sendPrepared(exchange, handle) : sendOnce(exchange, handle) else {
            return fail(handle)
        }
        if exchange.deadlineNs != .max { exchange.armTimer(atNs: exchange.deadlineNs) }
        flush()
    }

    private func sendPrepared(_ exchange: Exchange, _ handle: OpaquePointer) -> Bool {
        var numbers: [Int] = []
        var hasNew = false
        for query in exchange.queries {
            let (number, isNew) = statements.number(of: query.text)
            numbers.append(number)
            guard isNew else { continue }
            hasNew = true
            exchange.steps.expect(.prepare(number))
            guard SentQuery.prepare(query, PreparedStatements.name(number), handle) else { return false }
        }
        if hasNew {
            exchange.steps.expect(.preparesEnd)
            guard PQpipelineSync(handle) == 1 else { return false }
        }
        for (query, number) in zip(exchange.queries, numbers) {
            exchange.steps.expect(.query)
            guard SentQuery.run(query, PreparedStatements.name(number), handle) else { return false }
        }
        exchange.steps.expect(.end)
        return PQpipelineSync(handle) == 1
    }

    private func sendOnce(_ exchange: Exchange, _ handle: OpaquePointer) -> Bool {
        for query in exchange.queries {
            exchange.steps.expect(.query)
            guard SentQuery.runOnce(query, handle) else { return false }
        }
        exchange.steps.expect(.end)
        return PQpipelineSync(handle) == 1
    }

    private func flush() {
        guard let handle else { return }
        switch PQflush(handle) {
        case 0: if isWatchingWrites { watchAgain(.readable) }
        case 1: if !isWatchingWrites { watchAgain([.readable, .writable]) }
        default: fail(handle)
        }
    }

    // MARK: Hearing

    private func becameReady() {
        guard let handle, phase != .ended else { return }
        guard PQconsumeInput(handle) == 1 else { return fail(handle) }
        if isWatchingWrites { flush() }
        readResults()
        guard self.handle != nil, traffic.isTooMuch(PQsocket(handle), limit: maxAnswerBytes) else { return }
        end(PostgresFailure(.nonsense, "an answer is longer than \(maxAnswerBytes) bytes"))
    }

    private func readResults() {
        var left = Self.maxResultsPerTurn
        var emptyInARow = 0
        while let handle, PQisBusy(handle) == 0 {
            guard left > 0 else {
                return loop.runLater { [weak self] in self?.readResults() }
            }
            left -= 1
            guard let result = PQgetResult(handle) else {
                // One stands between two statements; more of them say that nothing is there.
                emptyInARow += 1
                if emptyInARow > 2 { break }
                continue
            }
            emptyInARow = 0
            hear(result)
        }
        guard let handle, PQstatus(handle) == CONNECTION_BAD else { return }
        fail(handle)
    }

    private func hear(_ result: OpaquePointer) {
        guard let report = ServerAnswer.report(result) else {
            return end(PostgresFailure(.nonsense, "an answer of a kind that nobody asked for"))
        }
        guard let exchange = inFlight.first else {
            return end(PostgresFailure(.nonsense, "an answer although nothing was asked"))
        }
        if case .failed(let failure) = report, failure.code == .lost {
            return end(failure)
        }
        switch exchange.steps.received(report) {
        case .goOn: break
        case .forget(let statement): statements.forget(statement)
        case .nonsense(let words): end(PostgresFailure(.nonsense, words))
        case .answer(let answer): finish(exchange, answer)
        }
    }

    private func finish(_ exchange: Exchange, _ answer: Exchange.Answer) {
        inFlight.removeFirst()
        traffic.begin()
        if inFlight.isEmpty { idleSinceNs = loop.nowNs }
        if phase == .greeting { return greeted(answer) }
        // Answered before anything that may end this connection: it is no longer among those that an end answers.
        exchange.answer(answer)
        if case .failure(let failure) = answer, let sqlState = failure.sqlState {
            if sqlState.isFailover || sqlState.isStaleStatement || !sqlState.isOfKnownKind { isDoomed = true }
            if sqlState.isFailover { owner?.connectionSawFailover(self) }
        }
        guard phase == .ready else { return }
        if isDoomed, inFlight.isEmpty, !isLeased {
            return end(PostgresFailure(.lost, "the connection was given up"))
        }
        owner?.connectionHasRoom(self)
    }

    // MARK: Ending

    /// Ends it as soon as nothing is under way.
    func doom() {
        isDoomed = true
        guard inFlight.isEmpty, !isLeased, phase == .ready else { return }
        end(PostgresFailure(.lost, "the connection was given up"))
    }

    /// Whether it is outside of any transaction, as whoever takes it next expects.
    var isClean: Bool {
        guard let handle else { return false }
        return inFlight.isEmpty && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    private func fail(_ handle: OpaquePointer) {
        let words = ServerAnswer.text(PQerrorMessage(handle))
        end(
            PostgresFailure(
                isConnecting ? .cannotConnect : .lost, words.isEmpty ? "the connection ended" : words,
                sqlState: ServerAnswer.sqlState(inMessage: words)))
    }

    /// Closes the socket and answers everybody. What was sent may have come through; see `whenLost`.
    func end(_ failure: PostgresFailure) {
        guard phase != .ended else { return }
        phase = .ended
        deadline = nil
        unwatch()
        if let handle { PQfinish(handle) }
        handle = nil
        let lost = inFlight
        inFlight = []
        var isBehindFatal = false
        for exchange in lost {
            exchange.answer(.failure(exchange.steps.whenLost(failure, isBehindFatal: isBehindFatal)))
            isBehindFatal = isBehindFatal || exchange.steps.isFatal
        }
        owner?.connectionEnded(self, failure)
    }

    // MARK: The socket

    private func watch(_ events: EventSet, ready: @escaping () -> Void) {
        guard let handle else { return }
        guard let source = ConnectionSource(socket: PQsocket(handle), ready: ready),
            loop.watch(source, for: events)
        else {
            return loop.runLater {
                self.end(PostgresFailure(.cannotConnect, "the socket cannot be watched"))
            }
        }
        self.source = source
        isWatchingWrites = events.contains(.writable)
    }

    private func unwatch() {
        if let source { loop.unwatch(source) }
        source = nil
    }

    private func watchAgain(_ events: EventSet) {
        unwatch()
        watch(events) { [weak self] in self?.becameReady() }
    }
}
