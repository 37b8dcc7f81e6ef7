/// Which node has which slot, as a cluster said it.
struct SlotMap: Equatable {
    private(set) var masters: [RedisAddress] = []
    /// Also asked for the slots when a master is gone.
    private(set) var replicas: [RedisAddress] = []
    /// By slot: an index of `masters`, or -1.
    private var owners = [Int16](repeating: -1, count: HashSlot.count)

    private static let maxNodes = 1_000

    /// Reads the answer to CLUSTER SLOTS; nil when it makes no sense. A node without a host of its own is the one
    /// that was asked.
    init?(_ answer: RESPValue, askedOf asked: String) {
        guard case .array(let ranges) = answer else { return nil }
        var indexByAddress: [RedisAddress: Int] = [:]
        for range in ranges {
            guard let parts = range.elements, parts.count >= 3, let first = parts[0].integer,
                let last = parts[1].integer, first >= 0, first <= last, last < HashSlot.count,
                let master = Self.node(parts[2], asked)
            else { return nil }
            let index = indexByAddress[master] ?? masters.count
            if index == masters.count {
                guard index < Self.maxNodes else { return nil }
                indexByAddress[master] = index
                masters.append(master)
            }
            for slot in Int(first)...Int(last) { owners[slot] = Int16(index) }
            for replica in parts[3...] {
                guard let address = Self.node(replica, asked) else { return nil }
                if replicas.count < Self.maxNodes, !replicas.contains(address) { replicas.append(address) }
            }
        }
        guard !masters.isEmpty else { return nil }
    }

    subscript(slot: Int) -> RedisAddress? {
        let index = owners[slot]
        return index < 0 ? nil : masters[Int(index)]
    }

    /// One slot has moved; the rest is still believed until the slots are read again.
    mutating func move(_ slot: Int, to address: RedisAddress) {
        var index = masters.firstIndex(of: address) ?? masters.count
        if index == masters.count {
            guard index < Self.maxNodes else { return }
            masters.append(address)
            index = masters.count - 1
        }
        owners[slot] = Int16(index)
    }

    private static func node(_ value: RESPValue, _ asked: String) -> RedisAddress? {
        guard let parts = value.elements, parts.count >= 2, let port = parts[1].integer,
            let port = UInt16(exactly: port), port > 0
        else { return nil }
        if parts[0] == .null { return RedisAddress(host: asked, port: port) }
        guard let host = parts[0].text else { return nil }
        // A node that does not know its own name says so, or nothing.
        if host.isEmpty || host == "?" { return RedisAddress(host: asked, port: port) }
        guard RedisAddress.isName(host) else { return nil }
        return RedisAddress(host: host, port: port)
    }
}
