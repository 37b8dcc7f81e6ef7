import Testing
import TicketingTesting

@testable import AWSCalls

@Suite("Credentials that end")
struct CredentialKeeperTests {
    private func container(_ key: String, until expiration: String) -> ScriptedServer.Reply {
        .answer(
            200,
            #"{"RoleArn":"r","AccessKeyId":"\#(key)","SecretAccessKey":"s","Token":"t","Expiration":"\#(expiration)"}"#,
            type: "application/json")
    }

    /// Credentials come from one scripted server and are used at another.
    private func withEndpoint(
        _ script: [ScriptedServer.Reply], usual: ScriptedServer.Reply = .answer(),
        _ body: (TestCalls, ScriptedServer) async throws -> Void
    ) async throws {
        let endpoint = try ScriptedServer(script, usual: .answer(500, "no", type: "text/plain"))
        defer { endpoint.close() }
        let source = try ContainerEndpoint([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.url + "/creds",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let me in",
        ])
        try await withCalls([], usual: usual) { settings in
            if let source { settings.credentials = .container(source) }
        } _: { test in
            try await body(test, endpoint)
        }
    }

    private func signers(_ server: ScriptedServer) -> [String] {
        server.requests.map { request in
            let authorization = request.header("authorization") ?? ""
            return String(authorization.dropFirst("AWS4-HMAC-SHA256 Credential=".count).prefix { $0 != "/" })
        }
    }

    @Test("are fetched once for many callers, with the token, and kept")
    func singleflight() async throws {
        try await withEndpoint([container("ONE", until: "2027-03-01T16:00:00Z")]) { test, endpoint in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { #expect(await test.failure() == nil) } }
            }
            #expect(endpoint.requests.count == 1)
            #expect(endpoint.requests.first?.header("authorization") == "let me in")
            #expect(endpoint.requests.first?.head.hasPrefix("GET /creds HTTP/1.1") == true)
            #expect(test.server.requests.first?.header("x-amz-security-token") == "t")
            #expect(Set(signers(test.server)) == ["ONE"])
        }
    }

    @Test("are renewed before their end, while the old ones serve on")
    func renewal() async throws {
        let script = [
            container("ONE", until: "2027-03-01T11:00:00Z"), container("TWO", until: "2027-03-01T16:00:00Z"),
        ]
        try await withEndpoint(script) { test, endpoint in
            #expect(await test.failure() == nil)
            test.clock.advance(ms: 54 * 60_000)
            #expect(await test.failure() == nil)
            #expect(endpoint.requests.count == 1)
            test.clock.advance(ms: 2 * 60_000)
            #expect(await test.failure() == nil)
            while endpoint.requests.count < 2 { await Task.yield() }
            while signers(test.server).last != "TWO" { #expect(await test.failure() == nil) }
            #expect(signers(test.server)[2] == "ONE", "the call that found them ageing waited for new ones")
        }
    }

    @Test("serve to their end when renewing fails, and then calls fail with the reason")
    func failing() async throws {
        try await withEndpoint([container("ONE", until: "2027-03-01T11:00:00Z")]) { test, _ in
            #expect(await test.failure() == nil)
            test.clock.advance(ms: 58 * 60_000)
            #expect(await test.failure() == nil)
            test.clock.advance(ms: 2 * 60_000)
            let error = await test.failure()
            #expect(error?.code == .credentials)
            #expect(error?.message.contains("HTTP 500") == true)
        }
    }

    @Test("are fetched anew when AWS calls them expired")
    func expired() async throws {
        let script = [
            container("ONE", until: "2027-03-01T16:00:00Z"), container("TWO", until: "2027-03-01T16:00:00Z"),
        ]
        let refusing = ScriptedServer.Reply.refusal("ExpiredTokenException")
        try await withEndpoint(script, usual: refusing) { test, endpoint in
            #expect(await test.failure()?.code == .credentials)
            #expect(signers(test.server) == ["ONE", "TWO"], "each was tried once")
            #expect(endpoint.requests.count == 2)
        }
    }

    @Test("of a web identity come from STS, unsigned, for the token in the file")
    func webIdentity() async throws {
        let answer = """
            <r><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
            <Expiration>2027-03-01T16:00:00Z</Expiration></r>
            """
        let sts = try ScriptedServer([.answer(200, answer, type: "text/xml")])
        defer { sts.close() }
        let identity = try WebIdentity(
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/proc/sys/kernel/ostype",
                "AWS_ROLE_ARN": "arn:aws:iam::1:role/x",
                "AWS_ENDPOINT_URL_STS": sts.url,
            ], region: "eu-west-1")
        try await withCalls([]) { settings in
            if let identity { settings.credentials = .webIdentity(identity) }
        } _: { test in
            #expect(await test.failure() == nil)
            #expect(signers(test.server) == ["ASIA"])
            #expect(sts.requests.first?.header("authorization") == nil)
            #expect(
                sts.requests.first?.body
                    == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"
                    + "&RoleSessionName=ticket&WebIdentityToken=Linux")
        }
    }
}
