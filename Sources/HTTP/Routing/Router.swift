import Glibc
import Telemetry

/// Finds what answers a path, comparing bytes and making no text of them. Each loop has its own, so its
/// handlers may hold what belongs to the loop.
package final class Router {
    enum Match {
        case endpoint(Endpoint)
        case methodNotAllowed(allow: String)
        case notFound
    }

    /// One piece of a path between slashes. Nodes lie in one array and name each other by index: walking them
    /// counts no references.
    private struct Node {
        /// Its bytes, as a range of all routes' pieces.
        var name = 0..<0
        var firstChild = -1
        var nextSibling = -1
        var placeholder = -1
        /// Where its endpoints are, if it is the end of a route.
        var leaf = -1
    }

    /// What a route's path offers.
    private struct Leaf {
        var endpoints: [Endpoint?] = Array(repeating: nil, count: Method.allCases.count)
        var allow = ""
    }

    private var nodes = [Node()]
    private var names: [UInt8] = []
    private var leaves: [Leaf] = []
    private let metrics: MetricsRegistry
    /// Counts what no route takes and what could not be read, so that these are seen too.
    let unmatched: Endpoint

    package init(metrics: MetricsRegistry) {
        self.metrics = metrics
        unmatched = Endpoint(
            "", label: "unmatched", handler: .immediate { _ throws(Problem) in throw .notFound() },
            metrics: metrics)
    }

    /// Adds a route. A piece in braces, `{event}`, stands for any one piece; at most four of them. GET routes
    /// answer HEAD too. Where a literal piece fits, a placeholder beside it is not tried.
    package func on(_ method: Method, _ pattern: String, _ handler: Handler) {
        var node = 0
        var placeholders = 0
        for piece in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            if piece.first == UInt8(ascii: "{") {
                placeholders += 1
                precondition(placeholders <= 4, "a route has at most four names in braces")
                if nodes[node].placeholder < 0 { nodes[node].placeholder = appendNode([]) }
                node = nodes[node].placeholder
            } else {
                node = child(of: node, named: Array(piece))
            }
        }
        if nodes[node].leaf < 0 {
            nodes[node].leaf = leaves.count
            leaves.append(Leaf())
        }
        let leaf = nodes[node].leaf
        precondition(
            leaves[leaf].endpoints[Int(method.rawValue)] == nil, "\(method.name) \(pattern) is routed twice")
        leaves[leaf].endpoints[Int(method.rawValue)] = Endpoint(
            method.name, label: pattern, handler: handler, metrics: metrics)
        leaves[leaf].allow = Self.allow(leaves[leaf])
    }

    /// The endpoint for a request, with the placeholders' ranges in `parameters`, relative to the request.
    func match(
        _ method: Method, path: Range<Int>, in base: UnsafeRawPointer,
        parameters: inout InlineArray<4, Range<Int>>
    ) -> Match {
        var node = 0
        var found = 0
        var start = path.lowerBound
        let end = path.upperBound
        // Only `*` and the like have no path; a path begins with a slash.
        guard start < end else { return .notFound }
        while start < end {
            start += 1
            let slash = memchr(base + start, 0x2f, end - start)
            let pieceEnd = slash.map { UnsafeRawPointer($0) - base } ?? end
            guard start < pieceEnd else {
                // An empty piece: `//`, or a slash at the end, which no route has but the root.
                guard start == end, node == 0 else { return .notFound }
                break
            }
            if let next = literalChild(of: node, base + start, pieceEnd - start) {
                node = next
            } else if nodes[node].placeholder >= 0 {
                parameters[found] = start..<pieceEnd
                found += 1
                node = nodes[node].placeholder
            } else {
                return .notFound
            }
            start = pieceEnd
        }
        guard nodes[node].leaf >= 0 else { return .notFound }
        return endpoint(at: nodes[node].leaf, method)
    }

    private func endpoint(at leaf: Int, _ method: Method) -> Match {
        if let endpoint = leaves[leaf].endpoints[Int(method.rawValue)] { return .endpoint(endpoint) }
        if method == .head, let get = leaves[leaf].endpoints[Int(Method.get.rawValue)] {
            return .endpoint(get)
        }
        return .methodNotAllowed(allow: leaves[leaf].allow)
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

    private func child(of node: Int, named bytes: [UInt8]) -> Int {
        if let known = bytes.withUnsafeBytes({ literalChild(of: node, $0.baseAddress!, bytes.count) }) {
            return known
        }
        let added = appendNode(bytes)
        nodes[added].nextSibling = nodes[node].firstChild
        nodes[node].firstChild = added
        return added
    }

    private func appendNode(_ bytes: [UInt8]) -> Int {
        nodes.append(Node(name: names.count..<(names.count + bytes.count)))
        names += bytes
        return nodes.count - 1
    }

    private static func allow(_ leaf: Leaf) -> String {
        Method.allCases.filter { method in
            leaf.endpoints[Int(method.rawValue)] != nil
                || (method == .head && leaf.endpoints[Int(Method.get.rawValue)] != nil)
        }.map(\.name.description).joined(separator: ", ")
    }
}
