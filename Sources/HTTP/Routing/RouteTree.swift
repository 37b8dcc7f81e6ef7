import Glibc

/// Patterns of paths, piece by piece between the slashes, found by comparing bytes. Nodes lie in one array and name
/// each other by index: walking them counts no references.
struct RouteTree {
    static let maxPlaceholders = 4

    private struct Node {
        /// Its bytes, as a range of all patterns' pieces.
        var name = 0..<0
        var firstChild = -1
        var nextSibling = -1
        var placeholder = -1
        /// The number of the pattern that ends here, if one does.
        var leaf = -1
    }

    private var nodes = [Node()]
    private var names: [UInt8] = []
    private(set) var leafCount = 0

    /// The number of a pattern, the next free one when it is new. A piece in braces, `{event}`, stands for any one
    /// piece.
    mutating func leaf(of pattern: String) -> Int {
        var node = 0
        var placeholders = 0
        for piece in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            if piece.first == UInt8(ascii: "{") {
                placeholders += 1
                precondition(placeholders <= Self.maxPlaceholders, "a route has at most four names in braces")
                if nodes[node].placeholder < 0 { nodes[node].placeholder = appendNode([]) }
                node = nodes[node].placeholder
            } else {
                node = child(of: node, named: Array(piece))
            }
        }
        if nodes[node].leaf < 0 {
            nodes[node].leaf = leafCount
            leafCount += 1
        }
        return nodes[node].leaf
    }

    /// The number of the pattern that a path fits, with what stands for its names in `parameters`; nil when it fits
    /// none. Where a literal piece fits, a name beside it is not tried.
    func match(
        _ path: Range<Int>, in base: UnsafeRawPointer, parameters: inout InlineArray<4, Range<Int>>
    ) -> Int? {
        var node = 0
        var found = 0
        var start = path.lowerBound
        let end = path.upperBound
        // Only `*` and the like have no path; a path begins with a slash.
        guard start < end else { return nil }
        while start < end {
            start += 1
            let slash = memchr(base + start, 0x2f, end - start)
            let pieceEnd = slash.map { UnsafeRawPointer($0) - base } ?? end
            guard start < pieceEnd else {
                // An empty piece: `//`, or a slash at the end, which no route has but the root.
                guard start == end, node == 0 else { return nil }
                break
            }
            if let next = literalChild(of: node, base + start, pieceEnd - start) {
                node = next
            } else if nodes[node].placeholder >= 0 {
                parameters[found] = start..<pieceEnd
                found += 1
                node = nodes[node].placeholder
            } else {
                return nil
            }
            start = pieceEnd
        }
        let leaf = nodes[node].leaf
        return leaf >= 0 ? leaf : nil
    }

    private func literalChild(of node: Int, _ piece: UnsafeRawPointer, _ count: Int) -> Int? {
        names.withUnsafeBytes { names in
            var candidate = nodes[node].firstChild
            while candidate >= 0 {
                let name = nodes[candidate].name
                if name.count == count, memcmp(names.baseAddress! + name.lowerBound, piece, count) == 0 {
                    return candidate
                }
                candidate = nodes[candidate].nextSibling
            }
            return nil
        }
    }

    private mutating func child(of node: Int, named bytes: [UInt8]) -> Int {
        if let known = bytes.withUnsafeBytes({ literalChild(of: node, $0.baseAddress!, bytes.count) }) {
            return known
        }
        let added = appendNode(bytes)
        nodes[added].nextSibling = nodes[node].firstChild
        nodes[node].firstChild = added
        return added
    }

    private mutating func appendNode(_ bytes: [UInt8]) -> Int {
        nodes.append(Node(name: names.count..<(names.count + bytes.count)))
        names += bytes
        return nodes.count - 1
    }
}
