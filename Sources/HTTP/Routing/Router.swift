import Telemetry

/// Finds what answers a request, comparing bytes and making no text of them. Each loop has its own, so its
/// handlers may hold what belongs to the loop.
package final class Router {
    enum Match {
        case endpoint(Endpoint)
        case methodNotAllowed(allow: String)
        case notFound
    }

    /// What a route's path offers.
    struct Leaf {
        var endpoints: [Endpoint?] = Array(repeating: nil, count: Method.allCases.count)
        var allow = ""
    }

    private var tree = RouteTree()
    private(set) var leaves: [Leaf] = []
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
        let leaf = tree.leaf(of: pattern)
        if leaf == leaves.count { leaves.append(Leaf()) }
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
        guard let leaf = tree.match(path, in: base, parameters: &parameters) else { return .notFound }
        if let endpoint = leaves[leaf].endpoints[Int(method.rawValue)] { return .endpoint(endpoint) }
        if method == .head, let get = leaves[leaf].endpoints[Int(Method.get.rawValue)] {
            return .endpoint(get)
        }
        return .methodNotAllowed(allow: leaves[leaf].allow)
    }

    private static func allow(_ leaf: Leaf) -> String {
        Method.allCases.filter { method in
            leaf.endpoints[Int(method.rawValue)] != nil
                || (method == .head && leaf.endpoints[Int(Method.get.rawValue)] != nil)
        }.map(\.name.description).joined(separator: ", ")
    }
}
