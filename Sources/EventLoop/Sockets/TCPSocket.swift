import CLinux
import Glibc

/// The calls that make TCP sockets, each non-blocking and closed on exec.
package enum TCPSocket {
    /// What the kernel may hold of our answers for one peer; it counts its own bookkeeping too and takes twice
    /// this number.
    private static let sendBufferBytes: Int32 = 64 * 1_024
    /// How much of that may wait for a peer that does not take it. Without this limit the kernel cuts an answer for
    /// a tiny window into a hundred packets at once: 57 us and 130 KB for each peer that then reads nothing, against
    /// 27 us and 41 KB. What the network takes at once is not held up by it.
    private static let maxUnsentBytes: Int32 = 16 * 1_024

    /// A listening socket. Several loops of one process share a port with `SO_REUSEPORT`; another process
    /// that holds it already is an error, although the kernel would let both have it.
    package static func listen(on address: SocketAddress, backlog: Int32) throws(SocketError) -> Int32 {
        let descriptor = try open(address)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, 4)
        // Inherited by what is accepted. Left to itself the kernel takes megabytes of an answer from us, and a
        // peer that reads a byte a second would never be seen to be slow.
        var sendBuffer = sendBufferBytes
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &sendBuffer, 4)
        var maxUnsent = maxUnsentBytes
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &maxUnsent, 4)
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            throw closing(descriptor, "bind to \(address)")
        }
        guard Glibc.listen(descriptor, backlog) == 0 else {
            throw closing(descriptor, "listen on \(address)")
        }
        return descriptor
    }

    /// Fails when somebody listens on the address already: asked once, before the first `listen`.
    package static func checkIsFree(_ address: SocketAddress) throws(SocketError) {
        guard address.port != 0 else { return }
        let descriptor = try open(address)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            throw closing(descriptor, "bind to \(address)")
        }
        close(descriptor)
    }

    /// The address a socket got, which tells the port when 0 was asked for.
    package static func localAddress(of descriptor: Int32) throws(SocketError) -> SocketAddress {
        var address = SocketAddress(storage: sockaddr_storage(), length: 0)
        guard address.fill({ getsockname(descriptor, $0, $1) }) == 0 else {
            throw SocketError("read the address")
        }
        return address
    }

    /// The next waiting connection with its peer, or nil when there is none.
    package static func accept(from listener: Int32) throws(SocketError) -> (
        descriptor: Int32, peer: SocketAddress
    )? {
        var peer = SocketAddress(storage: sockaddr_storage(), length: 0)
        while true {
            let descriptor = peer.fill { clinux_accept(listener, $0, $1) }
            if descriptor >= 0 {
                noDelay(descriptor)
                return (descriptor, peer)
            }
            switch errno {
            // All but the first are errors of one connection that is no more, not of the listener.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
                EOPNOTSUPP, ENETUNREACH, EPERM:
                continue
            case EAGAIN: return nil
            default: throw SocketError("accept a connection")
            }
        }
    }

    /// Begins to connect; the socket becomes writable when it is done, `connectionError` tells how it went.
    package static func connect(to address: SocketAddress) throws(SocketError) -> Int32 {
        let descriptor = try open(address)
        noDelay(descriptor)
        let result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw closing(descriptor, "connect to \(address)") }
        return descriptor
    }

    /// The error of a connect that has ended, or nil when it succeeded.
    package static func connectionError(of descriptor: Int32) -> SocketError? {
        var code: Int32 = 0
        var length = socklen_t(4)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? nil : SocketError("connect", code: code)
    }

    /// Ends a connection at once, with what was not sent yet: closed in the ordinary way, the kernel would hold that
    /// for a peer that does not read for a minute and more, asking again and again whether it does now.
    package static func reset(_ descriptor: Int32) {
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }

    private static func open(_ address: SocketAddress) throws(SocketError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, type, 0)
        guard descriptor >= 0 else { throw SocketError("open a socket") }
        return descriptor
    }

    private static func noDelay(_ descriptor: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    private static func closing(_ descriptor: Int32, _ operation: String) -> SocketError {
        let error = SocketError(operation)
        close(descriptor)
        return error
    }
}
