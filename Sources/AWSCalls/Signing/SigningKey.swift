import Cryptography

/// The key of one day, region and service. It is derived by four codes from the secret and good for a whole day of
/// requests, so each loop keeps the ones it uses.
final class SigningKey {
    private let day: String
    private let credentials: AWSCredentials
    private let region: String
    private let service: String
    private var code: HMACSHA256

    init(_ credentials: AWSCredentials, day: String, region: String, service: String) {
        self.day = day
        self.credentials = credentials
        self.region = region
        self.service = service
        var key = Array("AWS4".utf8) + Array(credentials.secretAccessKey.utf8)
        for part in [day, region, service, "aws4_request"] {
            var step = HMACSHA256(key: key)
            key = step.code(for: Array(part.utf8)).bytes
        }
        code = HMACSHA256(key: key)
    }

    func isFor(_ credentials: AWSCredentials, day: String, region: String, service: String) -> Bool {
        self.day == day && self.service == service && self.credentials.accessKeyID == credentials.accessKeyID
            && self.credentials.secretAccessKey == credentials.secretAccessKey && self.region == region
    }

    func sign(_ text: [UInt8]) -> Digest256 { code.code(for: text) }
}
