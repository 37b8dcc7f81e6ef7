import Ticketing

/// What is asked of a server.
enum RedisCommand {
    case readEntry(key: String)
    case storeEntry(CacheEntry, key: String, ttlMs: Int)
    case takeLease(key: String, token: String, leaseMs: Int)
    case extendLease(key: String, token: String, leaseMs: Int)
    case endLease(key: String, token: String)
    /// For the connection's and the cluster's own affairs, to whichever server.
    case plain([String])

    /// What all commands of a client are written with.
    struct Form {
        let keyPrefix: [UInt8]
        let leasePrefix: [UInt8]
        let maxEntryBytes: Int
        /// What stands before and behind the key of a read, written once.
        fileprivate let readHead: [UInt8]
        fileprivate let readTail: [UInt8]

        init(_ settings: RedisSettings) {
            keyPrefix = Array(settings.keyPrefix.utf8)
            leasePrefix = Array("\(settings.keyPrefix)lease:".utf8)
            maxEntryBytes = settings.maxEntryBytes
            var bytes: [UInt8] = []
            RESPWriter.begin(4, into: &bytes)
            RESPWriter.argument("GETRANGE" as StaticString, into: &bytes)
            readHead = bytes
            bytes = []
            RESPWriter.argument("0" as StaticString, into: &bytes)
            RESPWriter.argument(EntryRecord.headLength + settings.maxEntryBytes, into: &bytes)
            readTail = bytes
        }
    }

    var isPlain: Bool {
        if case .plain = self { true } else { false }
    }

    /// The slot of its key in a cluster.
    func slot(_ form: Form) -> Int {
        switch self {
        case .readEntry(let key), .storeEntry(_, let key, _): HashSlot.of(form.keyPrefix + Array(key.utf8))
        case .takeLease(let key, _, _), .extendLease(let key, _, _), .endLease(let key, _):
            HashSlot.of(form.leasePrefix + Array(key.utf8))
        case .plain: 0
        }
    }

    func write(into bytes: inout [UInt8], _ form: Form, sendsScript: Bool) {
        switch self {
        case .readEntry(let key):
            // GETRANGE and not GET: however large a stranger's value is, no more than an entry's worth comes.
            bytes += form.readHead
            RESPWriter.argument(form.keyPrefix, key, into: &bytes)
            bytes += form.readTail
        case .storeEntry(let entry, let key, let ttlMs):
            Self.begin(.store, 5, sendsScript, into: &bytes)
            RESPWriter.argument(form.keyPrefix, key, into: &bytes)
            RESPWriter.argument(EntryRecord.head(entry), entry.bytes, into: &bytes)
            RESPWriter.argument(ttlMs, into: &bytes)
        case .takeLease(let key, let token, let leaseMs):
            RESPWriter.begin(6, into: &bytes)
            RESPWriter.argument("SET" as StaticString, into: &bytes)
            RESPWriter.argument(form.leasePrefix, key, into: &bytes)
            RESPWriter.argument(token, into: &bytes)
            RESPWriter.argument("NX" as StaticString, into: &bytes)
            RESPWriter.argument("PX" as StaticString, into: &bytes)
            RESPWriter.argument(leaseMs, into: &bytes)
        case .extendLease(let key, let token, let leaseMs):
            Self.begin(.extendLease, 5, sendsScript, into: &bytes)
            RESPWriter.argument(form.leasePrefix, key, into: &bytes)
            RESPWriter.argument(token, into: &bytes)
            RESPWriter.argument(leaseMs, into: &bytes)
        case .endLease(let key, let token):
            Self.begin(.endLease, 4, sendsScript, into: &bytes)
            RESPWriter.argument(form.leasePrefix, key, into: &bytes)
            RESPWriter.argument(token, into: &bytes)
        case .plain(let words):
            RESPWriter.begin(words.count, into: &bytes)
            for word in words { RESPWriter.argument(word, into: &bytes) }
        }
    }

    /// EVALSHA or EVAL with one key; `count` counts everything behind the command's own word but the script.
    private static func begin(
        _ script: LuaScript, _ count: Int, _ sendsScript: Bool, into bytes: inout [UInt8]
    ) {
        RESPWriter.begin(count + 1, into: &bytes)
        RESPWriter.argument(sendsScript ? "EVAL" : "EVALSHA" as StaticString, into: &bytes)
        RESPWriter.argument(sendsScript ? script.text : script.digest, into: &bytes)
        RESPWriter.argument("1" as StaticString, into: &bytes)
    }
}
