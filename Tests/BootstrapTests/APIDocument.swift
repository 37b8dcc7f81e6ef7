import HTTP

/// The operations of `docs/openapi.yaml`: as much YAML as that file's own form needs, and no more. The Python
/// suites read the same file with a real parser.
struct APIDocument {
    let routes: Set<Route>

    init(_ yaml: String) {
        var routes: Set<Route> = []
        var isInPaths = false
        var path: String?
        for line in yaml.split(separator: "\n") {
            let depth = line.prefix { $0 == " " }.count
            guard line.hasSuffix(":"), !line.drop(while: { $0 == " " }).hasPrefix("#") else { continue }
            let key = String(line.dropFirst(depth).dropLast())
            switch depth {
            case 0: isInPaths = key == "paths"
            case 2 where isInPaths: path = key
            case 4 where isInPaths && Self.methods.contains(key):
                if let path { routes.insert(Route(key.uppercased(), path)) }
            default: continue
            }
        }
        self.routes = routes
    }

    private static let methods: Set<String> = [
        "get", "head", "post", "put", "delete", "options", "patch", "trace",
    ]
}
