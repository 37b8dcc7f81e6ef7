/// A server by name or number, with its port.
package struct RedisAddress: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `host`, `host:port`, `[::1]:port`.
    init?(_ text: some StringProtocol, usualPort: UInt16) {
        var host = String(text)
        var port = usualPort
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let behind = host[host.index(after: end)...]
            if !behind.isEmpty {
                guard behind.hasPrefix(":"), let number = Self.port(behind.dropFirst()) else { return nil }
                port = number
            }
            host = String(host[host.index(after: host.startIndex)..<end])
        } else if let colon = host.lastIndex(of: ":") {
            guard let number = Self.port(host[host.index(after: colon)...]) else { return nil }
            port = number
            host = String(host[..<colon])
            guard !host.contains(":") else { return nil }
        }
        guard Self.isName(host) else { return nil }
        self.init(host: host, port: port)
    }

    /// The `host:port` of a redirection; an IPv6 address stands there without brackets. An empty host is the one
    /// that was asked.
    init?(redirection text: some StringProtocol, askedOf asked: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...])
        else {
            return nil
        }
        let host = text[..<colon].isEmpty ? asked : String(text[..<colon])
        guard Self.isName(host) else { return nil }
        self.init(host: host, port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    static func isName(_ host: String) -> Bool {
        !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                    || "-._:".utf8.contains(byte)
            }
    }

    private static func port(_ text: some StringProtocol) -> UInt16? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text),
            port > 0
        else { return nil }
        return port
    }
}
