/// What a server's error means, by its first word.
struct ErrorAnswer {
    enum Meaning: Equatable {
        case movedOrAsk
        case unknownScript
        /// The cluster is about to know better.
        case clusterUnsettled
        case notReady
        /// The server became a replica: a new connection finds who is the master now.
        case readOnly
        case notAllowed
        case notAuthenticated
        case wrongType
        case unknown
    }

    let text: String
    let meaning: Meaning

    private static let maxShownBytes = 120

    init(_ text: String) {
        self.text = text
        let word = text.prefix { $0 != " " }
        meaning =
            switch word {
            case "MOVED", "ASK": .movedOrAsk
            case "NOSCRIPT": .unknownScript
            case "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN": .clusterUnsettled
            case "LOADING", "BUSY", "OOM", "MISCONF", "NOREPLICAS", "NOGOODSLAVE": .notReady
            case "READONLY": .readOnly
            case "NOPERM": .notAllowed
            case "NOAUTH", "WRONGPASS": .notAuthenticated
            case "WRONGTYPE": .wrongType
            default: .unknown
            }
    }

    func error(from address: RedisAddress) -> RedisError {
        let code: RedisError.Code =
            switch meaning {
            case .movedOrAsk: .wrongServer
            case .clusterUnsettled, .notReady, .readOnly: .notReady
            case .notAllowed, .notAuthenticated: .notAllowed
            case .wrongType: .foreignValue
            case .unknownScript, .unknown: .badAnswer
            }
        return RedisError(code, "\(address) says: \(shown)")
    }

    /// A server's text goes into logs: not all of it, and nothing that would break a line.
    private var shown: String {
        let bytes = text.utf8.prefix(Self.maxShownBytes).map {
            (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
