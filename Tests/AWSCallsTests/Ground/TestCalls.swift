import EventLoop
import JSON
import Synchronization
import Telemetry
import Ticketing
import TicketingTesting

@testable import AWSCalls

/// Calls to a scripted server, with a clock that stands still and retries that wait for a millisecond.
struct TestCalls: Sendable {
    let calls: AWSCalls
    let server: ScriptedServer
    let clock: ManualClock
    let metrics: MetricsRegistry

    static let operation = AWSRequest(.dynamoDB, "GetItem", body: Array("{}".utf8))

    /// The member `value` of the answer.
    func value(_ request: AWSRequest = operation) async throws -> String {
        try await calls.call(request) { reader throws(JSONError) in
            var value = ""
            try reader.object { name, reader throws(JSONError) in
                if name == "value" { value = try reader.string() } else { throw reader.unknownMember() }
            }
            return value
        }
    }

    func failure(_ request: AWSRequest = operation) async -> AWSError? {
        do throws(AWSError) {
            try await calls.call(request)
            return nil
        } catch {
            return error
        }
    }

    func metric(_ line: String) -> Bool {
        String(decoding: metrics.render(), as: UTF8.self).contains(line)
    }
}

func withCalls(
    _ script: [ScriptedServer.Reply], usual: ScriptedServer.Reply = .answer(),
    certificates: TestCertificates? = nil, _ change: (inout AWSSettings) -> Void = { _ in },
    _ body: (TestCalls) async throws -> Void
) async throws {
    let server = try ScriptedServer(script, usual: usual, certificates: certificates)
    let endpoint = try Endpoint(server.url)
    var settings = AWSSettings(
        region: "eu-west-1", dynamoDB: endpoint, sqs: endpoint,
        credentials: .fixed(AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")))
    settings.retries.firstDelayMs = 1
    settings.retries.firstThrottledDelayMs = 1
    settings.retries.maxDelayMs = 2
    change(&settings)
    let clock = ManualClock()
    let metrics = MetricsRegistry()
    let calls = AWSCalls(
        settings,
        surroundings: CallSurroundings(
            clock: clock, randomness: SeededRandomness(seed: 1), metrics: metrics))
    let test = TestCalls(calls: calls, server: server, clock: clock, metrics: metrics)
    do {
        try await body(test)
    } catch {
        calls.close()
        server.close()
        throw error
    }
    calls.close()
    server.close()
}
