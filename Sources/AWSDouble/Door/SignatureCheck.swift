import Cryptography
import HTTP
import Telemetry

/// Checks that a request was signed with one key, as AWS does (Signature Version 4): what a client's signer makes is
/// proven here by another hand.
struct SignatureCheck {
    private let keyID: String
    private let secret: String
    private var hash = HashBox()
    /// The signing key of a day, region and service: four steps that change once a day.
    private var derived: (scope: String, key: [UInt8])?

    static let maxSkewMs: Int64 = 300_000

    init(keyID: String, secret: String) {
        self.keyID = keyID
        self.secret = secret
    }

    mutating func check(
        _ request: borrowing Request, _ operation: Operation, nowMs: Int64
    ) throws(Refusal) {
        guard let text = request.headerText("authorization") else {
            throw Self.refusal(
                "MissingAuthenticationTokenException", "Request is missing Authentication Token")
        }
        guard let authorization = Authorization(text) else {
            throw Self.refusal(
                "IncompleteSignatureException",
                "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters.")
        }
        guard authorization.keyID == keyID else {
            throw Self.refusal(
                "UnrecognizedClientException", "The security token included in the request is invalid.")
        }
        let service = operation.isQueue ? "sqs" : "dynamodb"
        guard authorization.service == service, authorization.scope.hasSuffix("/aws4_request") else {
            throw Self.mismatch("Credential should be scoped to correct service: '\(service)'.")
        }
        let date = request.headerText("x-amz-date") ?? ""
        guard let signedAtMs = AmazonDate.epochMs(date), date.hasPrefix(authorization.day) else {
            throw Self.mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.")
        }
        try Self.checkSkew(signedAtMs, date, nowMs: nowMs)
        for needed in ["host", "x-amz-target"] where !authorization.signedHeaders.contains(needed) {
            throw Self.mismatch("'\(needed)' must be a signed header in the Authorization header")
        }
        let canonical = try Self.canonical(
            request, authorization, bodyHash: hash.hexadecimal(of: request.body))
        let toSign =
            "AWS4-HMAC-SHA256\n\(date)\n\(authorization.scope)\n"
            + hash.hexadecimal(of: Array(canonical.utf8))
        let expected = code(key: signingKey(authorization), toSign)
        let isRight = ConstantTime.areEqual(
            Array(Hexadecimal.text(of: expected).utf8), Array(authorization.signature.utf8))
        guard isRight else {
            throw Self.mismatch(
                "The request signature we calculated does not match the signature you provided. Check your AWS "
                    + "Secret Access Key and signing method. Consult the service documentation for details.\n\nThe "
                    + "Canonical String for this request should have been\n'\(canonical)'\n\nThe String-to-Sign "
                    + "should have been\n'\(toSign)'\n")
        }
    }

    private static func checkSkew(_ signedAtMs: Int64, _ date: String, nowMs: Int64) throws(Refusal) {
        let now = AmazonDate.text(nowMs)
        if signedAtMs < nowMs - maxSkewMs {
            throw mismatch(
                "Signature expired: \(date) is now earlier than \(AmazonDate.text(nowMs - maxSkewMs)) (\(now) - 5 "
                    + "min.)")
        }
        if signedAtMs > nowMs + maxSkewMs {
            throw mismatch(
                "Signature not yet current: \(date) is still later than \(AmazonDate.text(nowMs + maxSkewMs)) "
                    + "(\(now) + 5 min.)")
        }
    }

    private static func canonical(
        _ request: borrowing Request, _ authorization: Authorization, bodyHash: String
    ) throws(Refusal) -> String {
        guard authorization.signedHeaders == authorization.signedHeaders.sorted() else {
            throw mismatch("SignedHeaders must be in order")
        }
        var lines = "POST\n\(String(decoding: request.path, as: UTF8.self))\n\n"
        for name in authorization.signedHeaders {
            guard let known = SignedHeaders.byName[name] else {
                throw mismatch("aws-double cannot look at the signed header '\(name)'")
            }
            guard let value = request.headerText(known) else {
                throw mismatch("the signed header '\(name)' was not sent")
            }
            lines += "\(name):\(SignedHeaders.trimmed(value))\n"
        }
        // A client that sends the digest of the body signs that very header; it has to be the body's.
        if let sent = request.headerText("x-amz-content-sha256"), sent != bodyHash {
            throw mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.")
        }
        return lines + "\n\(authorization.signedHeaders.joined(separator: ";"))\n\(bodyHash)"
    }

    private mutating func signingKey(_ authorization: Authorization) -> [UInt8] {
        if let derived, derived.scope == authorization.scope { return derived.key }
        var key = Array("AWS4\(secret)".utf8)
        for part in authorization.scope.split(separator: "/") { key = code(key: key, String(part)) }
        derived = (authorization.scope, key)
        return key
    }

    private func code(key: [UInt8], _ message: String) -> [UInt8] {
        var code = HMACSHA256(key: key)
        return code.code(for: Array(message.utf8)).bytes
    }

    private static func mismatch(_ message: String) -> Refusal {
        refusal("InvalidSignatureException", message)
    }

    private static func refusal(_ name: String, _ message: String) -> Refusal {
        Refusal(name, message, origin: .gate)
    }
}

/// One context for digests, kept by whoever checks.
private final class HashBox {
    private var hash = SHA256()

    func hexadecimal(of bytes: UnsafeRawBufferPointer) -> String {
        Hexadecimal.text(of: hash.digest(bytes).bytes)
    }

    func hexadecimal(of bytes: [UInt8]) -> String { Hexadecimal.text(of: hash.digest(bytes).bytes) }
}
