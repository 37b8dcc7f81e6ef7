import Glibc

/// Text as DynamoDB and SQS compare it: byte by byte. Swift's own equality counts two spellings of one character
/// as the same, which would make two keys of a table one.
package struct Text: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let string: String

    package init(_ string: String) { self.string = string }
    package init(stringLiteral value: String) { string = value }

    package var description: String { string }
    package var isEmpty: Bool { string.isEmpty }
    /// Its length in bytes: what AWS counts.
    package var count: Int { string.utf8.count }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = string.utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        var copy = string
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    /// Below, equal or above zero, as `memcmp` says it.
    static func order(_ left: Text, _ right: Text) -> Int {
        left.withBytes { left in right.withBytes { ByteOrder.order(left, $0) } }
    }

    package static func == (left: Text, right: Text) -> Bool {
        left.count == right.count && order(left, right) == 0
    }

    package static func < (left: Text, right: Text) -> Bool { order(left, right) < 0 }

    // Equal bytes are equal strings, so the string's own hash will do.
    package func hash(into hasher: inout Hasher) { string.hash(into: &hasher) }

    func starts(with prefix: Text) -> Bool {
        withBytes { text in
            prefix.withBytes { prefix in
                prefix.count <= text.count
                    && (prefix.isEmpty || memcmp(text.baseAddress!, prefix.baseAddress!, prefix.count) == 0)
            }
        }
    }

    func contains(_ part: Text) -> Bool {
        withBytes { text in part.withBytes { ByteOrder.contains(text, $0) } }
    }
}

/// Unsigned bytes in order, the shorter of two equal beginnings first.
enum ByteOrder {
    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0 {
            let order = Int(memcmp(left.baseAddress!, right.baseAddress!, shared))
            if order != 0 { return order }
        }
        return left.count - right.count
    }

    static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.withUnsafeBytes { left in right.withUnsafeBytes { order(left, $0) } }
    }

    static func contains(_ bytes: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
        guard let first = part.first else { return true }
        var start = 0
        while start + part.count <= bytes.count {
            // Only places where the part's first byte stands are looked at.
            let rest = bytes.count - part.count - start + 1
            guard let found = memchr(bytes.baseAddress! + start, Int32(first), rest) else { return false }
            start = UnsafeRawPointer(found) - bytes.baseAddress!
            if memcmp(found, part.baseAddress!, part.count) == 0 { return true }
            start += 1
        }
        return false
    }
}
