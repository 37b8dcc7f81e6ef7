import Postgres
import Redis
import Ticketing

/// Which adapter stands behind a port, and where it finds its data: `sqlite:.data/ticket.db`, `dynamodb:tickets`.
package struct AdapterLocation: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case sqlite, memory, sandbox, dynamodb, sqs, postgres, redis

        /// How a location of this scheme is written.
        var form: String {
            switch self {
            case .sqlite: "sqlite:PATH"
            case .memory: "memory:"
            case .sandbox: "sandbox:"
            case .dynamodb: "dynamodb:TABLE"
            case .sqs: "sqs:QUEUE_URL of a FIFO queue"
            case .postgres:
                "postgres://USER@HOST:PORT/DATABASE, with sslmode=verify-full unless HOST is this machine"
            case .redis: "redis://HOST:PORT, or rediss://, redis+cluster://, rediss+cluster://"
            }
        }

        /// The scheme of a text that begins with this word.
        fileprivate init?(word: Substring) {
            switch word {
            case "postgresql": self = .postgres
            case "rediss", "redis+cluster", "rediss+cluster": self = .redis
            default: self.init(rawValue: String(word))
            }
        }
    }

    package let scheme: Scheme
    /// The path, table or queue's URL behind the colon; of a database the URL as a whole. It may hold a password.
    let target: String

    /// The path of an SQLite file; nil for everything else.
    package var path: String? { scheme == .sqlite ? target : nil }

    /// Without a password.
    package var description: String {
        switch scheme {
        case .postgres, .redis: Self.withoutPassword(target)
        default: "\(scheme.rawValue):\(target)"
        }
    }

    init?(_ text: String, schemes: [Scheme]) {
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(word: text[..<colon]),
            schemes.contains(scheme), !text.utf8.contains(0)
        else { return nil }
        let rest = String(text[text.index(after: colon)...])
        self.scheme = scheme
        switch scheme {
        case .postgres, .redis: target = text
        default: target = rest
        }
        guard Self.isRight(scheme, target) else { return nil }
    }

    private static func isRight(_ scheme: Scheme, _ target: String) -> Bool {
        switch scheme {
        case .memory, .sandbox: target.isEmpty
        case .sqlite: !target.isEmpty
        case .dynamodb:
            (3...255).contains(target.utf8.count)
                && target.utf8.allSatisfy { byte in
                    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                        || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "_.-".utf8.contains(byte)
                }
        case .sqs: target.firstRange(of: "://") != nil && target.hasSuffix(".fifo")
        case .postgres: (try? PostgresURL(target)) != nil
        case .redis: (try? RedisURL(target)) != nil
        }
    }

    /// `postgres://ticket:***@db/ticket`: for whatever is printed, right or wrong as it may be.
    static func withoutPassword(_ text: String) -> String {
        guard let start = text.firstRange(of: "://")?.upperBound,
            let at = text[start...].lastIndex(of: "@"),
            let colon = text[start..<at].firstIndex(of: ":")
        else { return text }
        return text[...colon] + "***" + text[at...]
    }
}
