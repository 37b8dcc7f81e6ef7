import Testing

@testable import AWSCalls

@Suite("Settings of AWS")
struct SettingsTests {
    private let keys = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s"]

    private func settings(_ more: [String: String]) throws -> AWSSettings {
        try AWSSettings(environment: keys.merging(more) { $1 }) { _ in nil }
    }

    @Test("name the services' own endpoints by region")
    func regions() throws {
        let settings = try settings(["AWS_REGION": "eu-west-1"])
        #expect(settings.dynamoDB.url == "https://dynamodb.eu-west-1.amazonaws.com/")
        #expect(settings.sqs.host == "sqs.eu-west-1.amazonaws.com")
        #expect(
            try self.settings(["AWS_DEFAULT_REGION": "cn-north-1"]).sqs.host.hasSuffix(".amazonaws.com.cn"))
    }

    @Test("take one endpoint for all services, and one for each before it")
    func endpoints() throws {
        let settings = try settings([
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
            "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:6000/",
        ])
        #expect(settings.dynamoDB.url == "http://127.0.0.1:5000/")
        #expect(settings.sqs.host == "127.0.0.1:6000")
    }

    @Test("without a region or with an endpoint that is none are refused")
    func refused() {
        for bad in [
            [:], ["AWS_REGION": "eu west"], ["AWS_REGION": "x", "AWS_ENDPOINT_URL": "127.0.0.1"],
            ["AWS_REGION": "x", "AWS_ENDPOINT_URL": "http://user:pw@host"],
            ["AWS_REGION": "x", "AWS_ENDPOINT_URL": "http://host/path"],
        ] { #expect(throws: AWSError.self, "\(bad)") { try settings(bad) } }
    }

    @Test("write the host as HTTP does: without the scheme's own port")
    func host() throws {
        #expect(try Endpoint("https://Example.com:443").host == "example.com")
        #expect(try Endpoint("http://example.com:443").host == "example.com:443")
    }
}
