/// Region, endpoints, credentials and limits; read once, when a process starts.
package struct AWSSettings: Sendable {
    package var region: String
    package var dynamoDB: Endpoint
    package var sqs: Endpoint
    package var credentials: CredentialSource
    package var transport = TransportSettings()
    package var retries = RetrySettings()

    package init(region: String, dynamoDB: Endpoint, sqs: Endpoint, credentials: CredentialSource) {
        self.region = region
        self.dynamoDB = dynamoDB
        self.sqs = sqs
        self.credentials = credentials
    }

    /// As AWS's own tools read them: `AWS_REGION`, `AWS_ENDPOINT_URL` and its forms for one service, credentials
    /// wherever they are found.
    package init(
        environment: [String: String], readFile: (String) -> String? = BoundedText.read
    ) throws(AWSError) {
        let named = environment.filled("AWS_REGION") ?? environment.filled("AWS_DEFAULT_REGION")
        guard let region = named ?? SharedProfile.region(environment, readFile: readFile),
            region.utf8.allSatisfy({
                $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)
            })
        else {
            throw AWSError(.refused, "AWS_REGION, or the profile, must name a region, as `eu-west-1`")
        }
        self.region = region
        dynamoDB = try Self.endpoint("dynamodb", variable: "AWS_ENDPOINT_URL_DYNAMODB", environment, region)
        sqs = try Self.endpoint("sqs", variable: "AWS_ENDPOINT_URL_SQS", environment, region)
        credentials = try CredentialSource.find(in: environment, region: region, readFile: readFile)
        transport.certificateAuthorityFile = environment.filled("AWS_CA_BUNDLE")
    }

    private static func endpoint(
        _ service: String, variable: String, _ environment: [String: String], _ region: String
    ) throws(AWSError) -> Endpoint {
        if let url = environment.filled(variable) ?? environment.filled("AWS_ENDPOINT_URL") {
            return try Endpoint(url)
        }
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return try Endpoint("https://\(service).\(region).\(suffix)")
    }

    func endpoint(of service: AWSService) -> Endpoint {
        switch service {
        case .dynamoDB: dynamoDB
        case .sqs: sqs
        }
    }
}
