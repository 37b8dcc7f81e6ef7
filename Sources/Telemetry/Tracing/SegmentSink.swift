import Glibc

/// Where finished segments go.
package protocol SegmentSink: Sendable {
    /// Takes one datagram, or not: never waits.
    func send(_ datagram: [UInt8]) -> Bool
}

/// The X-Ray daemon beside this process, reached by UDP.
///
/// The socket's own buffer is the queue: the kernel bounds it, nobody waits for it, and what does not fit is dropped
/// and counted. A daemon that is not there costs a failed call and no more.
package final class XRayDaemon: SegmentSink {
    private let descriptor: Int32

    /// More than this the daemon does not take.
    private static let maxBytes = 64_000

    /// `host` is numeric. Nil when there is no such address, or no socket to be had.
    package init?(host: String, port: UInt16) {
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            guard let descriptor = Self.connected(AF_INET, &v4) else { return nil }
            self.descriptor = descriptor
        } else if inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            guard let descriptor = Self.connected(AF_INET6, &v6) else { return nil }
            self.descriptor = descriptor
        } else {
            return nil
        }
    }

    deinit { close(descriptor) }

    package func send(_ datagram: [UInt8]) -> Bool {
        guard datagram.count <= Self.maxBytes else { return false }
        // The error of the datagram before is told to the next one: then this one has not been sent.
        return Glibc.send(
            descriptor, datagram, datagram.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            == datagram.count
    }

    private static func connected<Address>(_ family: Int32, _ address: inout Address) -> Int32? {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { return nil }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
