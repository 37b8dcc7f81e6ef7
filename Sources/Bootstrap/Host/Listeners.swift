import EventLoop

/// The listening sockets of a process: one a serving loop on the same port, and one for the private port.
struct Listeners {
    let serving: [Int32]
    let address: SocketAddress
    let admin: Int32
    let adminAddress: SocketAddress

    /// The kernel's queue of connections that nobody has accepted yet.
    private static let backlog: Int32 = 4_096

    init(_ settings: HostSettings) throws(SocketError) {
        serving = try Self.open(settings.host, settings.port, count: settings.loops)
        address = try TCPSocket.localAddress(of: serving[0])
        admin = try Self.open(settings.host, settings.adminPort, count: 1)[0]
        adminAddress = try TCPSocket.localAddress(of: admin)
    }

    private static func open(_ host: String, _ port: UInt16, count: Int) throws(SocketError) -> [Int32] {
        guard let wanted = SocketAddress(host: host, port: port) else { throw SocketError.badAddress(host) }
        try TCPSocket.checkIsFree(wanted)
        let first = try TCPSocket.listen(on: wanted, backlog: backlog)
        // With port 0 the kernel chose one for the first socket; the others join it there.
        let shared = try TCPSocket.localAddress(of: first)
        var descriptors = [first]
        for _ in 1..<max(count, 1) { descriptors.append(try TCPSocket.listen(on: shared, backlog: backlog)) }
        return descriptors
    }
}
