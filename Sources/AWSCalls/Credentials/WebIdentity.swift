import Telemetry

/// A role taken with a token from a file: `sts:AssumeRoleWithWebIdentity`. The call is not signed; the token speaks.
package struct WebIdentity: Sendable, Equatable {
    private let roleARN: String
    private let sessionName: String
    private let tokenFile: String
    let url: String

    /// Nil when the variables name none.
    init?(_ environment: [String: String], region: String) throws(AWSError) {
        guard let tokenFile = environment.filled("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
        guard let roleARN = environment.filled("AWS_ROLE_ARN") else {
            throw AWSError(.credentials, "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not")
        }
        self.tokenFile = tokenFile
        self.roleARN = roleARN
        sessionName = environment.filled("AWS_ROLE_SESSION_NAME") ?? "ticket"
        url =
            environment.filled("AWS_ENDPOINT_URL_STS") ?? environment.filled("AWS_ENDPOINT_URL")
            ?? "https://sts.\(region).amazonaws.com/"
    }

    /// The form that STS is asked with.
    func form(readFile: (String) -> String?) throws(AWSError) -> [UInt8] {
        guard let text = readFile(tokenFile) else {
            throw AWSError(.credentials, "the web identity's token file \(tokenFile) cannot be read")
        }
        let token = String(text.filter { !$0.isWhitespace })
        let fields = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", roleARN),
            ("RoleSessionName", sessionName), ("WebIdentityToken", token),
        ]
        return Array(
            fields.map { "\($0.0)=\(CanonicalRequest.encoded($0.1))" }.joined(separator: "&").utf8)
    }

    static func credentials(in answer: [UInt8]) throws(AWSError) -> AWSCredentials {
        let text = String(decoding: answer, as: UTF8.self)
        guard let key = element("AccessKeyId", in: text), let secret = element("SecretAccessKey", in: text),
            let token = element("SessionToken", in: text), let expiration = element("Expiration", in: text),
            let expiresAtMs = Timestamp.epochMs(parsing: expiration)
        else {
            throw AWSError(.credentials, "STS answered without credentials")
        }
        let credentials = AWSCredentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiresAtMs: expiresAtMs)
        guard credentials.isWellFormed else {
            throw AWSError(.credentials, "STS gave credentials that make no sense")
        }
        return credentials
    }

    /// The text of the only element of this name. Keys and tokens are Base64 and times plain: none has an entity.
    static func element(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>") else { return nil }
        let rest = text[start.upperBound...]
        guard let end = rest.firstRange(of: "</\(name)>") else { return nil }
        let value = rest[..<end.lowerBound]
        return value.contains("<") || value.contains("&") ? nil : String(value)
    }
}
