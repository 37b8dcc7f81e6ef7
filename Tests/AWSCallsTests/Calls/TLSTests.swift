import Testing
import TicketingTesting

@testable import AWSCalls

@Suite("A service that speaks TLS")
struct TLSTests {
    /// Calls to a server with these certificates, as the settings are by default but for what `change` does.
    private func withTLS(
        names: String, usual: ScriptedServer.Reply = .answer(200, #"{"value":"sealed"}"#),
        _ change: (inout AWSSettings, TestCertificates) -> Void, _ body: (TestCalls) async throws -> Void
    ) async throws {
        let directory = ScratchDirectory()
        let certificates = try TestCertificates(in: directory, for: names)
        try await withCalls([], usual: usual, certificates: certificates) { settings in
            change(&settings, certificates)
        } _: { test in
            try await body(test)
        }
    }

    private func trust(_ settings: inout AWSSettings, _ certificates: TestCertificates) {
        settings.transport.certificateAuthorityFile = certificates.authority
    }

    @Test("is called when the right authority vouches for it, over one connection that is kept")
    func trusted() async throws {
        try await withTLS(names: "IP:127.0.0.1", trust) { test in
            for _ in 0..<20 {
                let value = try await test.value()
                #expect(value == "sealed")
            }
            #expect(test.server.connections == 1)
        }
    }

    @Test("gives large answers whole, over many records")
    func large() async throws {
        let long = String(repeating: "seat ", count: 60_000)
        try await withTLS(names: "IP:127.0.0.1", usual: .answer(200, #"{"value":"\#(long)"}"#), trust) {
            test in
            for _ in 0..<3 {
                let value = try await test.value()
                #expect(value == long)
            }
            #expect(test.server.connections == 1)
        }
    }

    @Test("takes a large request whole")
    func largeRequest() async throws {
        try await withTLS(names: "IP:127.0.0.1", trust) { test in
            let text = String(repeating: "x", count: 900_000)
            let request = AWSRequest(.dynamoDB, "BatchWriteItem", body: Array(#"{"a":"\#(text)"}"#.utf8))
            #expect(await test.failure(request) == nil)
            #expect(test.server.requests.first?.body.utf8.count == text.utf8.count + 8)
        }
    }

    @Test("is not called when nobody known vouches for it, and no setting was made")
    func unknownAuthority() async throws {
        try await withTLS(names: "IP:127.0.0.1", { _, _ in }) { test in
            let error = await test.failure()
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveHappened == false)
            #expect(
                error?.message.lowercased().contains("certificate") == true, "\(String(describing: error))")
            #expect(test.server.requests.isEmpty, "a signed request went to a server nobody knows")
            #expect(test.server.connections == 1, "a certificate does not become right by asking again")
            #expect(test.metric(#"ticket_aws_failures_total{kind="unavailable",service="dynamodb"} 1"#))
        }
    }

    @Test("is not called when its certificate is another host's")
    func otherHost() async throws {
        try await withTLS(names: "DNS:elsewhere.example", trust) { test in
            let error = await test.failure()
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveHappened == false)
            #expect(test.server.requests.isEmpty)
        }
    }

    @Test("may end its kept connections: that costs no error")
    func closedByServer() async throws {
        var closing = ScriptedServer.Reply.answer(200, #"{"value":"sealed"}"#)
        closing.closes = true
        try await withTLS(names: "IP:127.0.0.1", usual: closing, trust) { test in
            for _ in 0..<10 { #expect(await test.failure() == nil) }
            #expect(test.server.connections == 10)
        }
    }

    @Test("of which the end is cut off within an answer fails, and the next call gets a new connection")
    func cutOff() async throws {
        let half = ScriptedServer.Reply.raw(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"v")
        try await withTLS(names: "IP:127.0.0.1", usual: half, trust) { test in
            let error = await test.failure()
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveHappened == true)
            #expect(test.server.connections == test.server.requests.count)
        }
    }
}
