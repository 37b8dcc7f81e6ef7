import Telemetry
import Testing

@testable import AWSCalls

@Suite("Credentials")
struct CredentialTests {
    private func find(
        _ environment: [String: String], files: [String: String] = [:]
    ) throws(AWSError) -> CredentialSource {
        try CredentialSource.find(in: environment, region: "eu-west-1") { files[$0] }
    }

    private func refusal(_ environment: [String: String], files: [String: String] = [:]) -> AWSError? {
        do throws(AWSError) {
            _ = try find(environment, files: files)
            return nil
        } catch {
            return error
        }
    }

    private let profile = """
        # mine
        [default]
        aws_access_key_id = AKIDEFAULT
        aws_secret_access_key = one
        [ other ]
        AWS_ACCESS_KEY_ID=AKIOTHER
        aws_secret_access_key=two
        aws_session_token = three=
        """

    @Test("in the environment come first")
    func environment() throws {
        let found = try find(
            [
                "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
                "HOME": "/h",
            ],
            files: ["/h/.aws/credentials": profile])
        #expect(found == .fixed(AWSCredentials(accessKeyID: "AKID", secretAccessKey: "s", sessionToken: "t")))
    }

    @Test("are found in the shared file, by the profile's name")
    func sharedFile() throws {
        let files = ["/h/.aws/credentials": profile, "/elsewhere": profile]
        #expect(
            try find(["HOME": "/h"], files: files)
                == .fixed(AWSCredentials(accessKeyID: "AKIDEFAULT", secretAccessKey: "one")))
        #expect(
            try find(
                ["AWS_SHARED_CREDENTIALS_FILE": "/elsewhere", "AWS_PROFILE": "other"], files: files)
                == .fixed(
                    AWSCredentials(accessKeyID: "AKIOTHER", secretAccessKey: "two", sessionToken: "three=")))
        #expect(refusal(["HOME": "/h", "AWS_PROFILE": "none"], files: files)?.code == .credentials)
    }

    private let config = """
        [default]
        region = eu-central-1
        [profile other]
        region=ap-northeast-2
        aws_access_key_id = AKICONFIG
        aws_secret_access_key = four
        [other]
        region = us-east-1
        [profile  wide]
        aws_access_key_id = AKIWIDE
        aws_secret_access_key = five
        """

    @Test("are found in the config file where the credentials file has none, key and secret from one place")
    func configFile() throws {
        let files = ["/h/.aws/credentials": profile, "/h/.aws/config": config, "/elsewhere": config]
        #expect(
            try find(["HOME": "/h", "AWS_PROFILE": "wide"], files: files)
                == .fixed(AWSCredentials(accessKeyID: "AKIWIDE", secretAccessKey: "five")))
        #expect(
            try find(["AWS_CONFIG_FILE": "/elsewhere", "AWS_PROFILE": "other"], files: files)
                == .fixed(AWSCredentials(accessKeyID: "AKICONFIG", secretAccessKey: "four")))
        #expect(
            try find(["HOME": "/h", "AWS_PROFILE": "other"], files: files)
                == .fixed(
                    AWSCredentials(accessKeyID: "AKIOTHER", secretAccessKey: "two", sessionToken: "three=")))
        #expect(refusal(["HOME": "/h", "AWS_PROFILE": "none"], files: files)?.code == .credentials)
    }

    @Test("come with the profile's region, which the environment's own goes before")
    func region() throws {
        let files = ["/h/.aws/credentials": profile, "/h/.aws/config": config]
        func region(_ more: [String: String]) throws -> String {
            let keys = ["HOME": "/h", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s"]
            return try AWSSettings(environment: keys.merging(more) { $1 }) { files[$0] }.region
        }
        #expect(try region([:]) == "eu-central-1")
        #expect(try region(["AWS_PROFILE": "other"]) == "ap-northeast-2")
        #expect(try region(["AWS_REGION": "eu-west-1"]) == "eu-west-1")
        #expect(throws: AWSError.self) { try region(["AWS_PROFILE": "wide"]) }
    }

    @Test("that are nowhere or halves of themselves are refused in words")
    func none() {
        #expect(refusal([:])?.message.contains("no credentials") == true)
        #expect(refusal(["AWS_ACCESS_KEY_ID": "AKID"])?.message.contains("AWS_SECRET_ACCESS_KEY") == true)
        #expect(refusal(["AWS_ACCESS_KEY_ID": "AK\nX", "AWS_SECRET_ACCESS_KEY": "s"])?.code == .credentials)
        #expect(refusal(["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"])?.message.contains("AWS_ROLE_ARN") == true)
    }

    @Test("never print their secret")
    func secrecy() {
        let credentials = AWSCredentials(
            accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "quiet")
        var dumped = ""
        dump(credentials, to: &dumped)
        dump(CredentialSource.fixed(credentials), to: &dumped)
        let printed =
            "\(credentials) \(String(reflecting: credentials)) \(CredentialSource.fixed(credentials))"
        for text in [dumped, printed] {
            #expect(!text.contains("hush") && !text.contains("quiet"), "\(text)")
        }
    }

    @Test("are asked of a container's endpoint only over TLS or on this machine, ECS or EKS")
    func containerHosts() throws {
        func url(_ text: String) throws -> String? {
            guard case .container(let endpoint) = try find(["AWS_CONTAINER_CREDENTIALS_FULL_URI": text])
            else {
                return nil
            }
            return endpoint.url
        }
        for good in [
            "http://127.0.0.1:99/x", "http://169.254.170.23/v1/credentials", "http://[::1]:8/",
            "https://a.b/c",
        ] { #expect(try url(good) == good) }
        for bad in [
            "http://example.com/", "http://localhost@example.com/", "http://127.0.0.1.example.com/",
            "ftp://x/",
        ] { #expect(refusal(["AWS_CONTAINER_CREDENTIALS_FULL_URI": bad])?.code == .credentials, "\(bad)") }
        guard case .container(let relative) = try find(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"])
        else { return #expect(Bool(false), "no container endpoint") }
        #expect(relative.url == "http://169.254.170.2/v2/x")
    }

    @Test("from STS are read from its XML, and half an answer is none")
    func xml() throws {
        let answer = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Result><Credentials>
            <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>sec/ret+</SecretAccessKey>
            <SessionToken>tok==</SessionToken><Expiration>2027-03-01T11:00:00Z</Expiration>
            </Credentials></Result></AssumeRoleWithWebIdentityResponse>
            """
        #expect(
            try WebIdentity.credentials(in: Array(answer.utf8))
                == AWSCredentials(
                    accessKeyID: "ASIA", secretAccessKey: "sec/ret+", sessionToken: "tok==",
                    expiresAtMs: epochMs("2027-03-01T11:00:00Z")))
        for cut in ["<Expiration>", "</SessionToken>", "<AccessKeyId>"] {
            let half = answer.replacing(cut, with: "")
            #expect(throws: AWSError.self) { try WebIdentity.credentials(in: Array(half.utf8)) }
        }
    }
}
