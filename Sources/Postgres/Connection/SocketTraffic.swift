import Glibc

/// How much has come for the exchange under way. libpq keeps an answer whole in memory, so a server that never
/// ends one would take all of it.
struct SocketTraffic {
    private var readinessCount = 0
    private var receivedAtFirstLook: UInt64?

    /// A look costs a system call, and an ordinary answer is over before the first.
    private static let readinessesBetweenLooks = 64

    mutating func begin() {
        readinessCount = 0
        receivedAtFirstLook = nil
    }

    mutating func isTooMuch(_ descriptor: Int32, limit: Int) -> Bool {
        readinessCount += 1
        guard readinessCount % Self.readinessesBetweenLooks == 0 else { return false }
        guard let received = Self.receivedBytes(descriptor) else { return false }
        guard let first = receivedAtFirstLook else {
            receivedAtFirstLook = received
            return false
        }
        return received &- first > UInt64(limit)
    }

    /// The kernel's `tcp_info` by its offset: the C library's own declaration ends before this field.
    private static func receivedBytes(_ descriptor: Int32) -> UInt64? {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { information in
            var length = socklen_t(information.count)
            let answer = getsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_INFO, information.baseAddress, &length)
            guard answer == 0, Int(length) >= receivedOffset + 8 else { return nil }
            return information.load(fromByteOffset: receivedOffset, as: UInt64.self)
        }
    }

    private static let receivedOffset = 128
}
