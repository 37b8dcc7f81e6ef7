/// A method of a path, as it was given to the router.
package struct Route: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let method: String
    package let pattern: String

    package init(_ method: String, _ pattern: String) {
        self.method = method
        self.pattern = pattern
    }

    package var description: String { "\(method) \(pattern)" }

    package static func < (left: Route, right: Route) -> Bool {
        (left.pattern, left.method) < (right.pattern, right.method)
    }
}

extension Router {
    /// Everything that is answered with something else than 404 or 405, the HEAD of each GET included: what a
    /// document of the API has to describe.
    package var routes: [Route] {
        leaves.flatMap { leaf in
            leaf.endpoints.compactMap { $0 }.flatMap { endpoint in
                let method = endpoint.method.description
                let route = Route(method, endpoint.label)
                return method == "GET" ? [route, Route("HEAD", endpoint.label)] : [route]
            }
        }.sorted()
    }
}
