import Glibc

/// How many descriptors of this process are connected to a port of 127.0.0.1: a leak that other suites, which open and
/// close their own meanwhile, do not hide or make up. A server must end its connections in an orderly way: a reset one
/// has no peer any more and is not counted.
package func descriptorsConnected(to port: UInt16) -> Int {
    (0..<Int32(4_096)).count { descriptor in
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
        }
        return result == 0 && address.sin_family == sa_family_t(AF_INET)
            && UInt16(bigEndian: address.sin_port) == port
    }
}
