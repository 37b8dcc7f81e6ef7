import Testing

@testable import AWSCalls

/// Requests whose signatures AWS has published: its Signature Version 4 test suite, and the examples in the
/// documentation of IAM and S3.
@Suite("A signature")
struct SignatureTests {
    struct Published: Sendable, CustomTestStringConvertible {
        let name: String
        var method: StaticString = "GET"
        var path = "/"
        var parameters: [(String, String)] = []
        var headers: [(name: String, value: String)]
        var payload = ""
        var service = "service"
        var time = "2015-08-30T12:36:00Z"
        var key = "AKIDEXAMPLE"
        var secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        let signature: String

        var testDescription: String { name }
    }

    private static let host = (name: "host", value: "example.amazonaws.com")
    private static let date = (name: "x-amz-date", value: "20150830T123600Z")
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let sessionToken =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YU"
        + "uwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8"
        + "YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2I"
        + "CCR/oLxBA=="

    static let published: [Published] = [
        Published(
            name: "get-vanilla", headers: [host, date],
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Published(
            name: "post-vanilla", method: "POST", headers: [host, date],
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Published(
            name: "get-vanilla-query-order-key-case",
            parameters: [("Param2", "value2"), ("Param1", "value1")],
            headers: [host, date],
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Published(
            name: "post-x-www-form-urlencoded", method: "POST",
            headers: [("content-type", "application/x-www-form-urlencoded"), host, date],
            payload: "Param1=value1",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
        Published(
            name: "post-sts-header-before", method: "POST",
            headers: [host, date, ("x-amz-security-token", sessionToken)],
            signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
        Published(
            name: "IAM ListUsers", parameters: [("Action", "ListUsers"), ("Version", "2010-05-08")],
            headers: [
                ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
                ("host", "iam.amazonaws.com"), date,
            ],
            service: "iam", signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
        Published(
            name: "S3 GET object", path: "/test.txt",
            headers: [
                ("host", "examplebucket.s3.amazonaws.com"), ("range", "bytes=0-9"),
                ("x-amz-content-sha256", empty), ("x-amz-date", "20130524T000000Z"),
            ],
            service: "s3", time: "2013-05-24T00:00:00Z", key: "AKIAIOSFODNN7EXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Published(
            name: "S3 list objects", parameters: [("prefix", "J"), ("max-keys", "2")],
            headers: [
                ("host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", empty),
                ("x-amz-date", "20130524T000000Z"),
            ],
            service: "s3", time: "2013-05-24T00:00:00Z", key: "AKIAIOSFODNN7EXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test("is the one AWS has published for the same request", arguments: published)
    func vector(_ published: Published) {
        let signer = RequestSigner()
        #expect(sign(published, signer).hasSuffix("Signature=\(published.signature)"))
        #expect(
            sign(published, signer).hasSuffix("Signature=\(published.signature)"), "with the key that is kept"
        )
    }

    @Test("names who signed, the day, the region, the service and the headers that count")
    func form() {
        #expect(
            sign(Self.published[0], RequestSigner()).hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                    + "SignedHeaders=host;x-amz-date, Signature="))
    }

    @Test("does not use a kept key for another day, service or secret")
    func otherKeys() {
        let signer = RequestSigner()
        for published in Self.published + Self.published {
            #expect(sign(published, signer).hasSuffix("Signature=\(published.signature)"))
        }
    }

    @Test("has its keys renewed when credentials are, though the key id stays")
    func sameIDWithOtherSecret() {
        let signer = RequestSigner()
        _ = sign(Self.published[0], signer)
        var other = Self.published[0]
        other.secret = "another"
        #expect(sign(other, signer) != sign(Self.published[0], RequestSigner()))
    }

    @Test("has everything in its query encoded that is not unreserved")
    func query() {
        #expect(CanonicalRequest.query([("b", "~-._"), ("a", "x y/é+")]) == "a=x%20y%2F%C3%A9%2B&b=~-._")
    }

    private func sign(_ published: Published, _ signer: RequestSigner) -> String {
        let request = CanonicalRequest(
            method: published.method, path: published.path,
            query: CanonicalRequest.query(published.parameters), headers: published.headers)
        let value = signer.authorization(
            request, payloadDigest: signer.payloadDigest(Array(published.payload.utf8)),
            credentials: AWSCredentials(accessKeyID: published.key, secretAccessKey: published.secret),
            time: SigningTime(epochMs: epochMs(published.time)), region: "us-east-1",
            service: published.service)
        return String(decoding: value, as: UTF8.self)
    }
}
