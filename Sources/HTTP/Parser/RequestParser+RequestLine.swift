import Glibc

/// The request line: method, target, version.
extension RequestParser {
    mutating func acceptRequestLine(_ line: UnsafeRawBufferPointer, _ base: UnsafeMutableRawPointer) {
        guard let space = line.firstIndex(of: 0x20),
            let method = Method(UnsafeRawBufferPointer(rebasing: line[..<space]))
        else { return fail(.invalid, "The request line has no valid method.") }
        let rest = UnsafeRawBufferPointer(rebasing: line[(space + 1)...])
        // " HTTP/1.1" is nine bytes, and the target is everything before them.
        guard rest.count > 9, rest[rest.count - 9] == 0x20 else {
            return fail(
                .invalid, "The request line is not: method, target, HTTP version, one blank between them.")
        }
        let version = UnsafeRawBufferPointer(rebasing: rest[(rest.count - 8)...])
        guard memcmp(version.baseAddress!, "HTTP/", 5) == 0, ByteClass.isDigit(version[5]),
            version[6] == 0x2e,
            ByteClass.isDigit(version[7])
        else { return fail(.invalid, "The HTTP version is malformed.") }
        guard version[5] == UInt8(ascii: "1") else {
            return fail(.unsupportedVersion, "This server speaks HTTP/1.1.")
        }
        head.method = method
        head.minorVersion = version[7] == UInt8(ascii: "0") ? 0 : 1
        head.keepsAlive = head.minorVersion == 1
        let target = UnsafeRawBufferPointer(rebasing: rest[..<(rest.count - 9)])
        guard acceptTarget(target, offset: target.baseAddress! - UnsafeRawPointer(base)) else {
            return fail(.invalid, "The request target is not a valid path.")
        }
        phase = .headers
    }

    /// RFC 9112 section 3.2: a path; the whole URI; `*` for OPTIONS; host and port for CONNECT.
    private mutating func acceptTarget(_ target: UnsafeRawBufferPointer, offset: Int) -> Bool {
        guard head.method != .connect else { return HostName.isValid(target, needsPort: true) }
        var pathStart = 0
        if target[0] != UInt8(ascii: "/") {
            if head.method == .options, target.count == 1, target[0] == UInt8(ascii: "*") { return true }
            guard let start = RequestParser.pathStart(ofAbsolute: target) else { return false }
            pathStart = start
        }
        var query: Int?
        for index in pathStart..<target.count {
            let byte = target[index]
            guard ByteClass.isTarget(byte) else { return false }
            if byte == UInt8(ascii: "%") {
                guard ByteClass.isPercentEncoded(target, at: index) else { return false }
            } else if byte == UInt8(ascii: "?"), query == nil {
                query = index
            }
        }
        head.path = (offset + pathStart)..<(offset + (query ?? target.count))
        // `http://host` means `http://host/`; the second slash of the scheme lends its byte.
        if head.path.isEmpty, let slash = target.firstIndex(of: UInt8(ascii: "/")) {
            head.path = (offset + slash)..<(offset + slash + 1)
        }
        head.query = query.map { (offset + $0 + 1)..<(offset + target.count) }
        return true
    }

    /// Where the path begins in `http://host:port/path`, or nil when it is not of that form.
    private static func pathStart(ofAbsolute target: UnsafeRawBufferPointer) -> Int? {
        let scheme = [7, 8].first { length in
            target.count > length
                && ASCII.equalsIgnoringCase(target.baseAddress!, length == 7 ? "http://" : "https://")
        }
        guard let scheme else { return nil }
        var end = scheme
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") {
            end += 1
        }
        return HostName.isValid(UnsafeRawBufferPointer(rebasing: target[scheme..<end])) ? end : nil
    }
}
