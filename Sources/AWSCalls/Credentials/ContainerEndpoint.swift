import JSON
import Telemetry

/// The endpoint from which ECS and EKS give a task its credentials.
package struct ContainerEndpoint: Sendable, Equatable {
    private static let ecsHost = "http://169.254.170.2"
    /// Hosts that may be asked without TLS: this machine, ECS and EKS. Anybody else would see the credentials.
    private static let plainHosts: Set<String> = [
        "127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
    ]

    let url: String
    /// Sent as `Authorization`; the file wins and is read anew each time, because EKS renews it.
    private let token: String?
    private let tokenFile: String?

    /// Nil when the variables name none.
    init?(_ environment: [String: String]) throws(AWSError) {
        if let path = environment.filled("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard path.hasPrefix("/") else {
                throw AWSError(.credentials, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with `/`")
            }
            url = Self.ecsHost + path
        } else if let full = environment.filled("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            guard full.hasPrefix("https://") || Self.plainHosts.contains(Self.host(of: full)) else {
                throw AWSError(
                    .credentials,
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or name this machine, ECS or EKS")
            }
            url = full
        } else {
            return nil
        }
        token = environment.filled("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        tokenFile = environment.filled("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    }

    private static func host(of url: String) -> String {
        guard url.hasPrefix("http://") else { return "" }
        let authority = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" }
        // `http://localhost@elsewhere/` is elsewhere.
        guard !authority.contains("@") else { return "" }
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) + "]" }
        return String(authority.prefix { $0 != ":" })
    }

    func authorization(readFile: (String) -> String?) throws(AWSError) -> String? {
        guard let tokenFile else { return try Self.checked(token) }
        guard let text = readFile(tokenFile) else {
            throw AWSError(.credentials, "the container's token file \(tokenFile) cannot be read")
        }
        return try Self.checked(String(text.reversed().drop { $0.isNewline }.reversed()))
    }

    private static func checked(_ token: String?) throws(AWSError) -> String? {
        guard let token else { return nil }
        guard token.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw AWSError(.credentials, "the container's token has a character that no header may have")
        }
        return token
    }

    static func credentials(in answer: [UInt8]) throws(AWSError) -> AWSCredentials {
        var key: String?
        var secret: String?
        var token: String?
        var expiration: String?
        do throws(JSONError) {
            try JSONReader.read(answer) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in
                    switch name {
                    case "AccessKeyId": key = try reader.string()
                    case "SecretAccessKey": secret = try reader.string()
                    case "Token": token = try reader.string()
                    case "Expiration": expiration = try reader.string()
                    default: try reader.skip()
                    }
                }
            }
        } catch {
            throw AWSError(.credentials, "the container's endpoint did not answer with JSON")
        }
        guard let key, let secret else {
            throw AWSError(.credentials, "the container's endpoint gave no keys")
        }
        let credentials = AWSCredentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: token,
            expiresAtMs: expiration.flatMap { Timestamp.epochMs(parsing: $0) })
        guard credentials.isWellFormed, expiration == nil || credentials.expiresAtMs != nil else {
            throw AWSError(.credentials, "the container's endpoint gave credentials that make no sense")
        }
        return credentials
    }
}
