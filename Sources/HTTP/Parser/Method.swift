import Glibc

/// A request method. Those we never serve are still told apart from bytes that are no method at all.
package enum Method: UInt8, Sendable, CaseIterable {
    case get, head, post, put, delete, options, patch, trace, connect
    case other

    package var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .other: "OTHER"
        }
    }

    /// Nil when the bytes are not a token.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return nil }
        if bytes.count == 3, memcmp(bytes.baseAddress!, "GET", 3) == 0 {
            self = .get
            return
        }
        for byte in bytes where !ByteClass.isToken(byte) { return nil }
        for known in Method.allCases where known != .other {
            let name = known.name
            if name.utf8CodeUnitCount == bytes.count,
                memcmp(bytes.baseAddress!, name.utf8Start, bytes.count) == 0
            {
                self = known
                return
            }
        }
        self = .other
    }
}
