/// A whole answer where it was received: good until the call that was handed it returns.
package struct RESPReply {
    private let base: UnsafeRawPointer
    private let tokens: [RESPToken]
    /// Attributes stand before the answer itself.
    private let first: Int

    package init(_ base: UnsafeRawPointer, _ tokens: [RESPToken]) {
        self.base = base
        self.tokens = tokens
        var first = 0
        while tokens[first].kind == .attribute { first = Self.end(of: first, tokens) }
        self.first = first
    }

    package var kind: RESPToken.Kind { tokens[first].kind }

    /// The bytes of a string, a line or a number.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + Int(tokens[first].start), count: Int(tokens[first].count))
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package func equals(_ word: StaticString) -> Bool {
        bytes.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// A copy that outlives the call; for answers that are rare.
    package var value: RESPValue {
        var index = first
        return value(at: &index)
    }

    private func value(at index: inout Int) -> RESPValue {
        while tokens[index].kind == .attribute { index = Self.end(of: index, tokens) }
        let token = tokens[index]
        index += 1
        let bytes = UnsafeRawBufferPointer(start: base + Int(token.start), count: Int(token.count))
        switch token.kind {
        case .simple, .bigNumber, .double: return .string(Array(bytes))
        case .bulk: return .string(Array(bytes))
        case .verbatim: return .string(Array(bytes.dropFirst(4)))
        case .error: return .error(String(decoding: bytes, as: UTF8.self))
        case .integer: return .integer(RESPNumber.int64(bytes) ?? 0)
        case .null: return .null
        case .boolean: return .boolean(bytes[0] == UInt8(ascii: "t"))
        case .array, .set, .push, .map, .attribute:
            var elements: [RESPValue] = []
            for _ in 0..<Int(token.count) { elements.append(value(at: &index)) }
            return token.kind == .map ? .map(elements) : .array(elements)
        }
    }

    /// The token behind an element and all it holds; the element's own attributes count as part of it.
    private static func end(of index: Int, _ tokens: [RESPToken]) -> Int {
        var next = index
        var open = 1
        while open > 0 {
            let token = tokens[next]
            if token.isAggregate { open += Int(token.count) }
            // An attribute inside is no child of its own: the element behind it is the one that counts.
            if token.kind != .attribute || next == index { open -= 1 }
            next += 1
        }
        return next
    }
}
