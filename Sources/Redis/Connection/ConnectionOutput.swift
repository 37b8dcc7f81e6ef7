import EventLoop
import Glibc

/// What is to be sent, gathered over a turn of the loop and sent with one call.
struct ConnectionOutput {
    enum Sending {
        case done
        /// The kernel takes no more; it says when it does.
        case later
        case failed(Int32)
    }

    /// Commands as they were written; over TLS they are encrypted when they leave.
    var plain: [UInt8] = []
    private var wire: [UInt8] = []
    private var sent = 0

    private static let keptCapacity = 65_536

    var byteCount: Int { plain.count + wire.count - sent }

    mutating func send(to descriptor: Int32, over tls: TLSSession?) -> Sending {
        if let tls {
            if !plain.isEmpty {
                guard plain.withUnsafeBytes(tls.write) else { return .failed(EPROTO) }
                plain.removeAll(keepingCapacity: plain.capacity <= Self.keptCapacity)
            }
            tls.drain(into: &wire)
        } else if wire.isEmpty {
            swap(&wire, &plain)
        } else if !plain.isEmpty {
            wire += plain
            plain.removeAll(keepingCapacity: plain.capacity <= Self.keptCapacity)
        }
        while sent < wire.count {
            let count = wire.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            if errno == EINTR { continue }
            if errno == EAGAIN { return .later }
            return .failed(errno)
        }
        wire.removeAll(keepingCapacity: wire.capacity <= Self.keptCapacity)
        sent = 0
        return .done
    }
}
