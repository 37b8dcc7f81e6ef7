import Ticketing

/// A value that can be bound to a statement, in PostgreSQL's binary form.
package protocol SQLBindable {
    /// The type's fixed number in `pg_type`.
    static var typeOID: UInt32 { get }

    /// Appends the value; false, and nothing appended, for NULL.
    func encode(into bytes: inout [UInt8]) -> Bool
}

/// A value that can also be an element of an array.
package protocol SQLScalar: SQLBindable {
    static var arrayTypeOID: UInt32 { get }
}

/// Numbers of built-in types. They are the same in every PostgreSQL.
enum TypeOID {
    static let bool: UInt32 = 16
    static let bytes: UInt32 = 17
    static let int8: UInt32 = 20
    static let text: UInt32 = 25
    static let moment: UInt32 = 1184
    static let uuid: UInt32 = 2950
}

extension Bool: SQLScalar {
    package static var typeOID: UInt32 { TypeOID.bool }
    package static var arrayTypeOID: UInt32 { 1000 }

    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(self ? 1 : 0)
        return true
    }
}

extension Int64: SQLScalar {
    package static var typeOID: UInt32 { TypeOID.int8 }
    package static var arrayTypeOID: UInt32 { 1016 }

    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }
}

extension Int: SQLScalar {
    package static var typeOID: UInt32 { TypeOID.int8 }
    package static var arrayTypeOID: UInt32 { 1016 }

    package func encode(into bytes: inout [UInt8]) -> Bool { Int64(self).encode(into: &bytes) }
}

extension String: SQLScalar {
    package static var typeOID: UInt32 { TypeOID.text }
    package static var arrayTypeOID: UInt32 { 1009 }

    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: utf8)
        return true
    }
}

extension Timestamp: SQLScalar {
    package static var typeOID: UInt32 { TypeOID.moment }
    package static var arrayTypeOID: UInt32 { 1185 }

    /// PostgreSQL counts microseconds from 2000-01-01.
    static let msFrom1970To2000: Int64 = 946_684_800_000

    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian((msSinceEpoch - Self.msFrom1970To2000) * 1_000)
        return true
    }
}

extension Attempt: SQLScalar {
    package static var typeOID: UInt32 { TypeOID.uuid }
    package static var arrayTypeOID: UInt32 { 2951 }

    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: self.bytes)
        return true
    }
}

extension Optional: SQLBindable where Wrapped: SQLScalar {
    package static var typeOID: UInt32 { Wrapped.typeOID }

    package func encode(into bytes: inout [UInt8]) -> Bool {
        guard let value = self else { return false }
        return value.encode(into: &bytes)
    }
}

extension Optional: SQLScalar where Wrapped: SQLScalar {
    package static var arrayTypeOID: UInt32 { Wrapped.arrayTypeOID }
}

extension Array: SQLBindable where Element: SQLScalar {
    package static var typeOID: UInt32 { Element.arrayTypeOID }

    /// Dimensions, whether there are NULLs, the elements' type, then for the one dimension its length and its
    /// first index; each element stands behind its length.
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.reserveCapacity(bytes.count + 20 + count * 24)
        bytes.appendBigEndian(Int32(isEmpty ? 0 : 1))
        let nullsAt = bytes.count
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Int32(bitPattern: Element.typeOID))
        guard !isEmpty else { return true }
        bytes.appendBigEndian(Int32(count))
        bytes.appendBigEndian(Int32(1))
        for element in self {
            let lengthAt = bytes.count
            bytes.appendBigEndian(Int32(-1))
            guard element.encode(into: &bytes) else {
                bytes[nullsAt + 3] = 1
                continue
            }
            bytes.setBigEndian(Int32(bytes.count - lengthAt - 4), at: lengthAt)
        }
        return true
    }
}

extension [UInt8] {
    mutating func appendBigEndian<Number: FixedWidthInteger>(_ number: Number) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func setBigEndian(_ number: Int32, at index: Int) {
        Swift.withUnsafeBytes(of: number.bigEndian) { bytes in
            for offset in 0..<4 { self[index + offset] = bytes[offset] }
        }
    }
}
