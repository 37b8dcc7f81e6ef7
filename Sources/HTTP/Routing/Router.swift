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

    /// One piece of a path between slashes.
    private final class Node {
        var literals: [(bytes: [UInt8], node: Node)] = []
        var placeholder: Node?
        var endpoints: [Method: Endpoint] = [:]
        var get: Endpoint?
        var allow = ""
    }

    private let root = Node()
    private let metrics: MetricsRegistry
    /// Counts what no route takes and what could not be read, so that these are seen too.
    let unmatched: Endpoint

    package init(metrics: MetricsRegistry) {
        self.metrics = metrics
        unmatched = Endpoint("", label: "unmatched", handler: .immediate { _ throws(Problem) in throw .notFound() }, metrics: metrics)
    }

    /// Adds a route. A piece in braces, `{event}`, stands for any one piece; at most four of them. GET routes
    /// answer HEAD too.
    package func on(_ method: Method, _ pattern: String, _ handler: Handler) {
        var node = root
        var placeholders = 0
        for piece in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            if piece.first == UInt8(ascii: "{") {
                placeholders += 1
                precondition(placeholders <= 4, "a route has at most four names in braces")
                let next = node.placeholder ?? Node()
                node.placeholder = next
                node = next
            } else if let known = node.literals.first(where: { $0.bytes.elementsEqual(piece) }) {
                node = known.node
            } else {
                let next = Node()
                node.literals.append((Array(piece), next))
                node = next
            }
        }
        precondition(node.endpoints[method] == nil, "\(method.name) \(pattern) is routed twice")
        node.endpoints[method] = Endpoint(method.name, label: pattern, handler: handler, metrics: metrics)
        if method == .get { node.get = node.endpoints[.get] }
        var allowed = Set(node.endpoints.keys)
        if allowed.contains(.get) { allowed.insert(.head) }
        node.allow = Method.allCases.filter(allowed.contains).map(\.name.description).joined(separator: ", ")
    }

    /// The endpoint for a request, with the placeholders' ranges in `parameters`, relative to the request.
    func match(
        _ method: Method, path: Range<Int>, in base: UnsafeRawPointer, parameters: inout InlineArray<4, Range<Int>>
    ) -> Match {
        var node = root
        var found = 0
        var start = path.lowerBound
        let end = path.upperBound
        guard start < end else { return .notFound }
        // A path begins with a slash; a trailing one makes an empty last piece, which no route has.
        while start < end {
            start += 1
            let rest = memchr(base + start, 0x2f, end - start)
            let pieceEnd = rest.map { UnsafeRawPointer($0) - base } ?? end
            guard start < pieceEnd else {
                guard start == end, node === root else { return .notFound }
                break
            }
            if let next = literal(node, base + start, pieceEnd - start) {
                node = next
            } else if let next = node.placeholder {
                parameters[found] = start..<pieceEnd
                found += 1
                node = next
            } else {
                return .notFound
            }
            start = pieceEnd
        }
        if method == .get || method == .head, let get = node.get { return .endpoint(get) }
        if let endpoint = node.endpoints[method] { return .endpoint(endpoint) }
        return node.allow.isEmpty ? .notFound : .methodNotAllowed(allow: node.allow)
    }

    @inline(__always)
    private func literal(_ node: Node, _ piece: UnsafeRawPointer, _ count: Int) -> Node? {
        for index in node.literals.indices where node.literals[index].bytes.count == count {
            let isSame = node.literals[index].bytes.withUnsafeBytes { memcmp($0.baseAddress!, piece, count) == 0 }
            if isSame { return node.literals[index].node }
        }
        return nil
    }
}
