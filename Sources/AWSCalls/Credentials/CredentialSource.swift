/// Where credentials come from, found once at the start in the order in which AWS's own SDKs look.
package enum CredentialSource: Sendable, Equatable {
    case fixed(AWSCredentials)
    /// A role for a token that something else writes into a file and renews there.
    case webIdentity(WebIdentity)
    /// ECS and EKS: an HTTP endpoint beside the task.
    case container(ContainerEndpoint)

    /// `readFile` gives a file's text, or nil when it cannot be read.
    package static func find(
        in environment: [String: String], region: String, readFile: (String) -> String?
    ) throws(AWSError) -> CredentialSource {
        if let key = environment.filled("AWS_ACCESS_KEY_ID") {
            guard let secret = environment.filled("AWS_SECRET_ACCESS_KEY") else {
                throw AWSError(
                    .credentials, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")
            }
            return .fixed(
                try checked(
                    AWSCredentials(
                        accessKeyID: key, secretAccessKey: secret,
                        sessionToken: environment.filled("AWS_SESSION_TOKEN")), in: "the environment"))
        }
        if let webIdentity = try WebIdentity(environment, region: region) { return .webIdentity(webIdentity) }
        if let profile = try SharedProfile.credentials(environment, readFile: readFile) {
            return .fixed(try checked(profile, in: "the shared profile"))
        }
        if let endpoint = try ContainerEndpoint(environment) { return .container(endpoint) }
        throw AWSError(
            .credentials,
            "no credentials: not in the environment, no web identity, no profile, no container endpoint")
    }

    private static func checked(
        _ credentials: AWSCredentials, in place: String
    ) throws(AWSError) -> AWSCredentials {
        guard credentials.isWellFormed else {
            throw AWSError(.credentials, "the credentials in \(place) have a character that no key has")
        }
        return credentials
    }
}

extension [String: String] {
    /// A variable that is set to nothing is not set.
    func filled(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }
}
