import EventLoop
import Glibc

/// `http://host:port/path`, with its host looked up.
struct LoadURL {
    let text: String
    let host: String
    let path: String
    /// As the Host field has it.
    let authority: String
    let address: SocketAddress

    init(_ text: String) throws(CommandFailure) {
        guard text.hasPrefix("http://") else {
            throw .usage(
                "\(text) is not right: give http://HOST:PORT; TLS is not spoken here, so aim behind what ends it"
            )
        }
        let rest = text.dropFirst(7)
        let authority = String(rest.prefix { $0 != "/" })
        let isPlain = text.utf8.allSatisfy { 0x21...0x7e ~= $0 }
        guard isPlain, !authority.isEmpty, !authority.contains("@"),
            let (host, port) = Self.parts(authority)
        else { throw .usage("\(text) is not right: give http://HOST:PORT") }
        self.text = text
        self.host = host
        self.authority = authority
        let path = String(rest.dropFirst(authority.count))
        self.path = path == "/" ? "" : path
        guard let address = SocketAddress(host: host, port: port) ?? Self.lookUp(host, port) else {
            throw .unavailable("the host \(host) is not known")
        }
        self.address = address
    }

    /// This machine, by its address and not by what it is called.
    var isLoopback: Bool { address.host.hasPrefix("127.") || address.host == "::1" }

    func checkIsAllowed(owned: [String]) throws(CommandFailure) {
        guard !isLoopback, !owned.contains(host) else { return }
        throw .usage(
            "\(host) is not this machine, and load on what is somebody else's is an attack: --i-own-this-target \(host) "
                + "says that it is yours")
    }

    private static func parts(_ authority: String) -> (host: String, port: UInt16)? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = String(authority[authority.index(after: authority.startIndex)..<end])
            let rest = authority[authority.index(after: end)...]
            guard !rest.isEmpty else { return (host, 80) }
            guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()) else { return nil }
            return (host, port)
        }
        guard let colon = authority.lastIndex(of: ":") else { return (authority, 80) }
        guard let port = UInt16(authority[authority.index(after: colon)...]), colon > authority.startIndex
        else { return nil }
        return (String(authority[..<colon]), port)
    }

    /// Blocks for as long as the look-up takes: before the run, nothing else waits.
    private static func lookUp(_ host: String, _ port: UInt16) -> SocketAddress? {
        var wanted = addrinfo()
        wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &wanted, &found) == 0, let first = found else { return nil }
        defer { freeaddrinfo(found) }
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                first.pointee.ai_addr, first.pointee.ai_addrlen, &name, socklen_t(name.count), nil, 0,
                NI_NUMERICHOST) == 0
        else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return SocketAddress(host: text, port: port)
    }
}
