import EventLoop
import Ticketing

/// The servers behind one URL as one loop sees them. Belongs to the loop.
final class RedisClient {
    let loop: EventLoop
    let url: RedisURL
    let settings: RedisSettings
    let form: RedisCommand.Form
    let limits: RESPLimits
    let tls: TLSContext?
    let observe: RedisObserver
    private let randomness: any Randomness
    private var nodes: [RedisAddress: RedisNode] = [:]
    private var slots: ClusterSlots?
    private var isClosed = false

    init(
        _ url: RedisURL, _ settings: RedisSettings, loop: EventLoop, randomness: any Randomness,
        observer: @escaping RedisObserver
    ) throws(RedisError) {
        self.loop = loop
        self.url = url
        self.settings = settings
        self.randomness = randomness
        form = RedisCommand.Form(settings)
        var limits = RESPLimits()
        limits.maxBulkBytes = EntryRecord.headLength + settings.maxEntryBytes + 1
        self.limits = limits
        tls = url.isTLS ? try TLSContext(caFile: settings.caFile) : nil
        observe = observer
    }

    var jitter: Double { Double(randomness.below(1_000)) / 1_000 }

    func send(_ command: RedisCommand, completion: @escaping RedisExchange.Completion) {
        send(RedisExchange(command, deadlineNs: commandDeadlineNs, completion: completion))
    }

    func readEntry(_ key: String, for reader: RedisExchange.EntryReader) {
        send(RedisExchange(readingEntry: key, deadlineNs: commandDeadlineNs, for: reader))
    }

    // The clock itself and not the turn's time: a deadline is never shorter than said.
    private var commandDeadlineNs: UInt64 { loop.readClockNs() + settings.commandTimeoutMs * 1_000_000 }

    private func send(_ exchange: RedisExchange) {
        guard !isClosed else { return exchange.fail(.connectionClosed) }
        guard url.isCluster else { return node(url.hosts[0]).send(exchange) }
        clusterSlots.send(exchange, slot: exchange.command.slot(form))
    }

    func node(_ address: RedisAddress) -> RedisNode {
        if let known = nodes[address] { return known }
        let node = RedisNode(address, client: self)
        nodes[address] = node
        return node
    }

    private var clusterSlots: ClusterSlots {
        if let slots { return slots }
        let made = ClusterSlots(client: self)
        slots = made
        return made
    }

    var nodeCount: Int { nodes.count }

    func isReady(_ address: RedisAddress) -> Bool { nodes[address]?.isReady ?? false }

    /// Lets go of the connections to nodes that have no slots.
    func keepOnly(_ addresses: Set<RedisAddress>) {
        for (address, node) in nodes where !addresses.contains(address) && node.isIdle {
            nodes[address] = nil
            node.close()
        }
    }

    /// Ends every connection; commands without an answer fail.
    func close() {
        isClosed = true
        let ended = nodes.values
        nodes = [:]
        slots?.close()
        slots = nil
        for node in ended { node.close() }
    }

    // MARK: What goes wrong

    func refuse(_ exchange: RedisExchange, _ error: RedisError) {
        observe(.refused(error.code))
        exchange.fail(error)
    }

    func nodeIsAway() { slots?.readSoon() }

    /// A server answered with an error, which is to say that it has done nothing.
    func answeredWithError(_ exchange: RedisExchange, _ text: String, on connection: RedisConnection) {
        let answer = ErrorAnswer(text)
        let error = answer.error(from: connection.node.address)
        switch answer.meaning {
        case .movedOrAsk: redirect(exchange, text, on: connection)
        case .unknownScript where !exchange.sendsScript:
            exchange.sendsScript = true
            connection.send(exchange)
        case .unknownScript, .unknown:
            exchange.fail(error)
            connection.fail(error)
        case .clusterUnsettled:
            slots?.readSoon()
            exchange.fail(error)
        case .notReady, .notAllowed: exchange.fail(error)
        case .readOnly, .notAuthenticated:
            exchange.fail(error)
            connection.fail(error)
        case .wrongType:
            observe(.badAnswer(address: connection.node.address.description, error))
            exchange.fail(error)
        }
    }

    private func redirect(_ exchange: RedisExchange, _ text: String, on connection: RedisConnection) {
        let asked = connection.node.address
        guard let slots else {
            let error = RedisError(
                .wrongServer, "\(asked) belongs to a cluster: use redis+cluster:// or rediss+cluster://")
            exchange.fail(error)
            return connection.fail(error)
        }
        guard let redirection = Redirection(text, askedOf: asked.host),
            redirection.slot == exchange.command.slot(form)
        else {
            let error = RedisError(.badAnswer, "\(asked) redirects to nowhere")
            exchange.fail(error)
            return connection.fail(error)
        }
        observe(.redirected)
        exchange.redirects += 1
        guard exchange.redirects <= settings.maxRedirects else {
            return exchange.fail(RedisError(.notReady, "the cluster redirects without end"))
        }
        exchange.isAsking = redirection.isAsk
        if !redirection.isAsk { slots.moved(redirection) }
        node(redirection.address).send(exchange)
    }
}
