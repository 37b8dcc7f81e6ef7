import Ticketing

/// `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`: where the server is, and how it has to
/// prove that it is the one.
package struct PostgresURL: Sendable, CustomStringConvertible {
    package enum SSLMode: String, Sendable, CaseIterable {
        case disable, allow, prefer, require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"

        /// Whether a server that is not ours would be found out.
        var verifies: Bool { self == .verifyCA || self == .verifyFull }
    }

    /// Empty when the secret says it.
    package let host: String
    package let port: Int?
    package let database: String?
    package let user: String?
    let password: String?
    package let sslMode: SSLMode
    /// The authorities that may sign the server's certificate; the system's own when the URL names none.
    package let rootCertificateFile: String?
    package let applicationName: String

    static let defaultPort = 5432
    private static let field = "PostgreSQL URL"
    private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    package init(_ text: String) throws(InvalidValue) {
        var rest = text[...]
        guard let scheme = ["postgres://", "postgresql://"].first(where: { rest.hasPrefix($0) }) else {
            throw Self.wrong("must begin with postgres://")
        }
        rest = rest.dropFirst(scheme.count)
        let query = Self.cut(&rest, behind: "?")
        let path = Self.cut(&rest, behind: "/")
        var authority = rest
        if let at = authority.lastIndex(of: "@") {
            var userPart = authority[..<at]
            authority = authority[authority.index(after: at)...]
            password = try Self.cut(&userPart, behind: ":").map { text throws(InvalidValue) in
                try Self.decoded(text)
            }
            user = try userPart.isEmpty ? nil : Self.decoded(userPart)
        } else {
            password = nil
            user = nil
        }
        (host, port) = try Self.hostAndPort(authority)
        database = try path.flatMap { text throws(InvalidValue) in
            text.isEmpty ? nil : try Self.decoded(text)
        }
        var options = try Self.options(query ?? "")
        applicationName = options.removeValue(forKey: "application_name") ?? "ticket"
        let modeText = options.removeValue(forKey: "sslmode") ?? SSLMode.verifyFull.rawValue
        guard let mode = SSLMode(rawValue: modeText) else {
            throw Self.wrong(
                "has sslmode=\(modeText): there are \(SSLMode.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        guard mode.verifies || Self.isLoopback(host) else {
            throw Self.wrong(
                "must have sslmode=verify-full: with \(modeText) anybody on the way could pose as \(host). Only a "
                    + "server on 127.0.0.1, ::1 or localhost may go without")
        }
        sslMode = mode
        let authorities = options.removeValue(forKey: "sslrootcert")
        // Of the system's authorities anybody may have a certificate: without the name it proves nothing.
        guard mode != .verifyCA || (authorities != nil && authorities != "system") else {
            throw Self.wrong("must have sslmode=verify-full, or name its own authorities with sslrootcert")
        }
        rootCertificateFile =
            mode.verifies
            ? (authorities == nil || authorities == "system" ? Self.systemAuthorities : authorities)
            : authorities
        if let unknown = options.keys.min() {
            throw Self.wrong(
                "has the unknown parameter `\(unknown)`: sslmode, sslrootcert and application_name are known")
        }
    }

    /// Without the password.
    package var description: String {
        let userPart = user.map { "\($0)@" } ?? ""
        let portPart = port.map { ":\($0)" } ?? ""
        let databasePart = database.map { "/\($0)" } ?? ""
        let hostPart = host.contains(":") ? "[\(host)]" : host
        return "postgres://\(userPart)\(hostPart)\(portPart)\(databasePart)?sslmode=\(sslMode.rawValue)"
    }

    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && PostgresURL.isNumeric(host))
    }

    /// An address and not a name.
    static func isNumeric(_ host: String) -> Bool {
        if host.contains(":") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    // MARK: Parts

    private static func wrong(_ message: String) -> InvalidValue {
        InvalidValue(.badForm, field: field, message: message)
    }

    /// Takes what stands behind the first such character off the end, and the character with it.
    private static func cut(_ text: inout Substring, behind separator: Character) -> Substring? {
        guard let index = text.firstIndex(of: separator) else { return nil }
        let tail = text[text.index(after: index)...]
        text = text[..<index]
        return tail
    }

    private static func hostAndPort(_ text: Substring) throws(InvalidValue) -> (String, Int?) {
        var host = text
        var portText: Substring?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { throw wrong("has a [ without its ]") }
            let tail = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard tail.isEmpty || tail.hasPrefix(":") else { throw wrong("has something behind its ]") }
            portText = tail.isEmpty ? nil : tail.dropFirst()
        } else {
            portText = cut(&host, behind: ":")
        }
        let plain = try decoded(host)
        guard !plain.contains(","), !plain.contains("/") else {
            throw wrong("must name one host, not several and no socket's path")
        }
        guard let portText else { return (plain, nil) }
        guard let port = Int(portText), (1...65_535).contains(port) else {
            throw wrong("has the port `\(portText)`: it must be from 1 to 65535")
        }
        return (plain, port)
    }

    private static func options(_ text: Substring) throws(InvalidValue) -> [String: String] {
        var options: [String: String] = [:]
        for part in text.split(separator: "&") {
            var name = part
            guard let value = cut(&name, behind: "=") else { throw wrong("has `\(part)` without a value") }
            guard options.updateValue(try decoded(value), forKey: String(name)) == nil else {
                throw wrong("has \(name) twice")
            }
        }
        return options
    }

    private static func decoded(_ text: Substring) throws(InvalidValue) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { throw wrong("has a % without two digits behind it") }
            bytes.append(UInt8(digits[0] * 16 + digits[1]))
            rest = rest.dropFirst(2)
        }
        guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else {
            throw wrong("has characters that are no text")
        }
        return decoded
    }
}
