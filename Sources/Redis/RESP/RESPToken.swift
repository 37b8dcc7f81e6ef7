/// One element of an answer, as a place in the bytes it was read from.
///
/// An answer is a flat list of these, an aggregate before its children: the usual one, a string, costs no memory
/// of its own.
package struct RESPToken: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        case simple, error, integer, bulk, null, boolean, double, bigNumber, verbatim
        case array, map, set, push, attribute
    }

    package let kind: Kind
    /// Where its bytes begin. What an aggregate holds follows as tokens.
    package let start: Int32
    /// Bytes, or children.
    package let count: Int32

    init(_ kind: Kind, start: Int, count: Int) {
        self.kind = kind
        self.start = Int32(start)
        self.count = Int32(count)
    }

    package var isAggregate: Bool { kind.rawValue >= Kind.array.rawValue }
}
