import CLinux
import Glibc

/// A numeric IPv4 or IPv6 address with its port. Names are not looked up: a server binds to addresses, and a
/// look-up would block the loop.
package struct SocketAddress: Sendable, CustomStringConvertible {
    var storage: sockaddr_storage
    var length: socklen_t

    /// `host` is numeric, or `localhost` for 127.0.0.1.
    package init?(host: String, port: UInt16) {
        let host = host == "localhost" ? "127.0.0.1" : host
        storage = sockaddr_storage()
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
        } else if inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6, as: sockaddr_in6.self) }
        } else {
            return nil
        }
    }

    init(storage: sockaddr_storage, length: socklen_t) {
        self.storage = storage
        self.length = length
    }

    package var isIPv6: Bool { storage.ss_family == sa_family_t(AF_INET6) }

    package var port: UInt16 {
        withUnsafeBytes(of: storage) {
            UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// The address without its port, as text.
    package var host: String {
        withUnsafeBytes(of: storage) { bytes in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
                let offset = isIPv6 ? 8 : 4
                let family = Int32(storage.ss_family)
                guard
                    inet_ntop(family, bytes.baseAddress! + offset, text.baseAddress!, socklen_t(text.count))
                        != nil
                else { return "unknown" }
                return String(cString: text.baseAddress!)
            }
        }
    }

    /// The address in network order: 4 bytes, or 16 of IPv6.
    package func withHostBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: storage) { bytes in
            body(UnsafeRawBufferPointer(rebasing: isIPv6 ? bytes[8..<24] : bytes[4..<8]))
        }
    }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), length) }
    }

    mutating func fill(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32)
        -> Int32
    {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
    }
}
