import EventLoop

/// Who is at the other end: the address in 16 bytes, IPv4 as IPv6 maps it, small enough to be kept for every
/// idle connection.
package struct PeerAddress: Equatable, Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package static let unknown = PeerAddress(high: 0, low: 0)

    private static let mappedPrefix: UInt64 = 0xffff << 32

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(_ address: SocketAddress) {
        self = address.withHostBytes { bytes in
            func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
            guard bytes.count == 16 else {
                return PeerAddress(high: 0, low: Self.mappedPrefix | number(0..<4))
            }
            return PeerAddress(high: number(0..<8), low: number(8..<16))
        }
    }

    private var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    package var isLoopback: Bool { isIPv4 ? (low >> 24) & 0xff == 127 : high == 0 && low == 1 }

    package var description: String {
        guard !isIPv4 else {
            return (0..<4).map { String((low >> UInt64(24 - 8 * $0)) & 0xff) }.joined(separator: ".")
        }
        return [high, low].flatMap { half in
            (0..<4).map { String((half >> UInt64(48 - 16 * $0)) & 0xffff, radix: 16) }
        }.joined(separator: ":")
    }
}
