/// Where a service is reached.
package struct Endpoint: Sendable, Equatable {
    package let url: String
    /// As the header `Host` says it: the port only when it is not the scheme's own.
    let host: String

    package init(_ text: String) throws(AWSError) {
        let isPlain = text.hasPrefix("http://")
        guard isPlain || text.hasPrefix("https://") else { throw Self.malformed(text) }
        let rest = text.dropFirst(isPlain ? 7 : 8)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest.dropFirst(authority.count)
        // A user name would end up in logs, and a path would have to be signed: no service has one.
        guard !authority.isEmpty, path.isEmpty || path == "/",
            authority.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "@") })
        else { throw Self.malformed(text) }
        let usualPort = isPlain ? ":80" : ":443"
        host = String(authority.hasSuffix(usualPort) ? authority.dropLast(usualPort.count) : authority)
            .lowercased()
        url = (isPlain ? "http://" : "https://") + authority + "/"
    }

    /// Where a URL leads, and the path and query that are asked for there.
    static func split(_ url: String) throws(AWSError) -> (endpoint: Endpoint, target: String) {
        guard let scheme = url.firstRange(of: "://") else { throw malformed(url) }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = url[authority.endIndex...].prefix { $0 != "#" }
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw malformed(url) }
        let endpoint = try Endpoint(String(url[..<authority.endIndex]))
        return (endpoint, target.hasPrefix("/") ? String(target) : "/" + target)
    }

    private static func malformed(_ text: String) -> AWSError {
        AWSError(
            .refused, "`\(text)` is no endpoint: it must be http:// or https:// with a host, and no path")
    }
}
