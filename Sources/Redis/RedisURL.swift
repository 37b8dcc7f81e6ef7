/// Where Redis is and how it is reached: `redis://`, `rediss://` (TLS), `redis+cluster://`, `rediss+cluster://`.
///
/// `rediss+cluster://user:password@host:6379,other:6379` names any nodes of a cluster; `redis://host/2` a database.
package struct RedisURL: Equatable, Sendable, CustomStringConvertible {
    package let isTLS: Bool
    package let isCluster: Bool
    package let hosts: [RedisAddress]
    package let user: String?
    let password: String?
    package let database: Int

    private static let usualPort: UInt16 = 6_379

    package init(_ text: String) throws(RedisError) {
        func bad(_ why: String) -> RedisError { RedisError(.badSettings, "the Redis URL \(why)") }
        guard let colon = text.firstRange(of: "://") else { throw bad("has no scheme") }
        switch text[..<colon.lowerBound] {
        case "redis": (isTLS, isCluster) = (false, false)
        case "rediss": (isTLS, isCluster) = (true, false)
        case "redis+cluster": (isTLS, isCluster) = (false, true)
        case "rediss+cluster": (isTLS, isCluster) = (true, true)
        default: throw bad("must begin with redis://, rediss://, redis+cluster:// or rediss+cluster://")
        }
        var rest = text[colon.upperBound...]
        // A password may hold an @ only as %40, but people write it: the last one ends it.
        if let at = rest.lastIndex(of: "@") {
            let credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = Self.decoded(parts[0]) else {
                throw bad("has a user that is not percent-encoded")
            }
            self.user = user.isEmpty ? nil : user
            guard let password = parts.count < 2 ? .some("") : Self.decoded(parts[1]) else {
                throw bad("has a password that is not percent-encoded")
            }
            self.password = password.isEmpty ? nil : password
        } else {
            (user, password) = (nil, nil)
        }
        guard !rest.contains("?"), !rest.contains("#") else { throw bad("takes no parameters") }
        var database = 0
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            rest = rest[..<slash]
            if !path.isEmpty {
                guard path.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(path) else {
                    throw bad("has a database that is not a number")
                }
                database = number
            }
        }
        guard !isCluster || database == 0 else { throw bad("names a database, and a cluster has only 0") }
        self.database = database
        var hosts: [RedisAddress] = []
        for part in rest.split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = RedisAddress(part, usualPort: Self.usualPort) else {
                throw bad("has a host or port that cannot be used")
            }
            hosts.append(address)
        }
        guard isCluster || hosts.count == 1 else {
            throw bad("names several hosts, and is not one of a cluster")
        }
        self.hosts = hosts
    }

    /// Without the password.
    package var description: String {
        "redis\(isTLS ? "s" : "")\(isCluster ? "+cluster" : "")://"
            + hosts.map(\.description).joined(separator: ",") + (database == 0 ? "" : "/\(database)")
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
