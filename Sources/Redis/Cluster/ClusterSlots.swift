import EventLoop

/// The cluster's slots as this loop knows them, and the reading of them: one at a time, not too often, from
/// whichever node answers.
final class ClusterSlots: TimerTarget {
    private let client: RedisClient
    private var map: SlotMap?
    /// Only until the first reading has ended.
    private var waiting = ExchangeQueue()
    private var isReading = false
    private var wasRead = false
    private var nextReadAtNs: UInt64 = 0
    private var timer: TimerID?
    private var isClosed = false

    init(client: RedisClient) { self.client = client }

    private var loop: EventLoop { client.loop }

    func send(_ exchange: RedisExchange, slot: Int) {
        if let map {
            guard let owner = map[slot] else {
                readSoon()
                return client.refuse(
                    exchange, RedisError(.notReady, "no node of the cluster has slot \(slot)"))
            }
            return client.node(owner).send(exchange)
        }
        guard isReading || loop.nowNs >= nextReadAtNs else {
            return client.refuse(exchange, RedisError(.circuitOpen, "no node of the cluster answers"))
        }
        guard waiting.count < client.settings.maxPending else {
            return client.refuse(
                exchange, RedisError(.tooManyPending, "too many commands wait for the cluster"))
        }
        waiting.append(exchange)
        if !isReading { read() }
    }

    /// One slot is elsewhere; others may be too.
    func moved(_ redirection: Redirection) {
        map?.move(redirection.slot, to: redirection.address)
        readSoon()
    }

    /// Reads the slots again as soon as it may.
    func readSoon() {
        guard !isClosed, !isReading, timer == nil, map != nil else { return }
        timer = loop.arm(self, atNs: max(nextReadAtNs, loop.nowNs))
    }

    func timerFired() {
        timer = nil
        guard !isClosed, !isReading else { return }
        read()
    }

    private func read() {
        isReading = true
        ask(candidates[...])
    }

    /// Nodes with a connection first; then whoever may have one.
    private var candidates: [RedisAddress] {
        let known = (map?.masters ?? []) + (map?.replicas ?? []) + client.url.hosts
        var seen = Set<RedisAddress>()
        let all = known.filter { seen.insert($0).inserted }
        return all.filter(client.isReady) + all.filter { !client.isReady($0) }
    }

    /// Asks one after the other until one answers.
    private func ask(_ addresses: ArraySlice<RedisAddress>) {
        guard let address = addresses.first else {
            return ended(nil, RedisError(.notReady, "no node of the cluster answers"))
        }
        let exchange = RedisExchange(
            .plain(["CLUSTER", "SLOTS"]),
            deadlineNs: loop.readClockNs() + client.settings.commandTimeoutMs * 1_000_000
        ) { [weak self] result in
            guard let self, !self.isClosed else { return nil }
            switch result {
            case .failure: self.ask(addresses.dropFirst())
            case .success(let reply):
                if reply.kind == .error {
                    self.ask(addresses.dropFirst())
                    return ErrorAnswer(reply.text).meaning == .unknown
                        ? ErrorAnswer(reply.text).error(from: address) : nil
                }
                guard let map = SlotMap(reply.value, askedOf: address.host) else {
                    self.ask(addresses.dropFirst())
                    return .unexpected(reply, insteadOf: "the slots of a cluster")
                }
                self.ended(map, nil)
            }
            return nil
        }
        client.node(address).send(exchange)
    }

    private func ended(_ newer: SlotMap?, _ error: RedisError?) {
        isReading = false
        let pauseMs = Double(client.settings.leastSlotsPauseMs) * (0.5 + client.jitter)
        nextReadAtNs = loop.nowNs + UInt64(pauseMs * 1_000_000)
        if let newer {
            map = newer
            client.observe(.slotsRead(nodes: newer.masters.count))
            client.keepOnly(Set(newer.masters))
        }
        for exchange in waiting.takeAll() {
            if newer == nil {
                exchange.fail(error ?? .connectionClosed)
            } else {
                send(exchange, slot: exchange.command.slot(client.form))
            }
        }
    }

    func close() {
        isClosed = true
        if let timer { loop.cancel(timer) }
        timer = nil
        for exchange in waiting.takeAll() { exchange.fail(.connectionClosed) }
    }
}
