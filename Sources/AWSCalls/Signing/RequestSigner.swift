import Cryptography

/// AWS's Signature Version 4. Each loop has its own: the digest's context and the keys of the day are kept.
final class RequestSigner {
    private static let maxKeys = 16

    private var digest = SHA256()
    private var keys: [SigningKey] = []
    /// Used again for each request.
    private var canonical: [UInt8] = []
    private var text: [UInt8] = []

    /// The value of the header `Authorization`.
    func authorization(
        _ request: CanonicalRequest, payloadDigest: [UInt8], credentials: AWSCredentials, time: SigningTime,
        region: String, service: String
    ) -> [UInt8] {
        canonical.removeAll(keepingCapacity: true)
        request.append(payloadDigest: payloadDigest, to: &canonical)

        text.removeAll(keepingCapacity: true)
        text.append(literal: "AWS4-HMAC-SHA256\n")
        text.append(contentsOf: time.text.utf8)
        text.append(UInt8(ascii: "\n"))
        Self.appendScope(time, region, service, to: &text)
        text.append(UInt8(ascii: "\n"))
        text.append(hexOf: digest.digest(canonical))
        let signature = key(credentials, time.day, region, service).sign(text)

        var value: [UInt8] = []
        value.reserveCapacity(280)
        value.append(literal: "AWS4-HMAC-SHA256 Credential=")
        value.append(contentsOf: credentials.accessKeyID.utf8)
        value.append(UInt8(ascii: "/"))
        Self.appendScope(time, region, service, to: &value)
        value.append(literal: ", SignedHeaders=")
        request.appendSignedNames(to: &value)
        value.append(literal: ", Signature=")
        value.append(hexOf: signature)
        return value
    }

    /// In hexadecimal, as the signature and S3's header want it.
    func payloadDigest(_ payload: [UInt8]) -> [UInt8] {
        var hex: [UInt8] = []
        hex.reserveCapacity(64)
        hex.append(hexOf: digest.digest(payload))
        return hex
    }

    private func key(
        _ credentials: AWSCredentials, _ day: String, _ region: String, _ service: String
    ) -> SigningKey {
        if let kept = keys.first(where: {
            $0.isFor(credentials, day: day, region: region, service: service)
        }) {
            return kept
        }
        let made = SigningKey(credentials, day: day, region: region, service: service)
        // Yesterday's keys and those of credentials that were replaced are of no use any more.
        if keys.count >= Self.maxKeys { keys.removeAll() }
        keys.append(made)
        return made
    }

    private static func appendScope(
        _ time: SigningTime, _ region: String, _ service: String, to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: time.day.utf8)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(contentsOf: region.utf8)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(contentsOf: service.utf8)
        bytes.append(literal: "/aws4_request")
    }
}

extension [UInt8] {
    mutating func append(literal: StaticString) { literal.withUTF8Buffer { append(contentsOf: $0) } }

    mutating func append(hexOf digest: Digest256) {
        let digits: StaticString = "0123456789abcdef"
        digest.withBytes { bytes in
            for byte in bytes {
                append(digits.utf8Start[Int(byte >> 4)])
                append(digits.utf8Start[Int(byte & 15)])
            }
        }
    }
}
