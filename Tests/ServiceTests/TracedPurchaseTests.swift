import HTTP
import JSON
import Testing
import TicketingTesting

/// What the X-Ray daemon beside a task is sent while a seat is bought.
@Suite("Traces of a purchase", .serialized, .timeLimit(.minutes(3)))
struct TracedPurchaseTests {
    private let data = ScratchDirectory()

    /// Segments as they arrive, until one is as wanted; nil when that does not come in time.
    private func segment(from daemon: DatagramReceiver, _ isWanted: (JSONValue) -> Bool) throws -> JSONValue?
    {
        while let datagram = daemon.receive() {
            let lines = datagram.split(separator: "\n")
            #expect(lines.count == 2 && lines.first == #"{"format":"json","version":1}"#)
            let segment = try JSONValue(parsing: String(lines.last ?? ""))
            if isWanted(segment) { return segment }
        }
        return nil
    }

    /// The calls of a segment: whom, and what was asked.
    private func calls(of segment: JSONValue) -> [String] {
        guard case .array(let calls) = segment["subsegments"] else { return [] }
        return calls.map {
            "\($0["name"]?.string ?? "").\($0["annotations"]?["operation"]?.string ?? "")"
        }
    }

    private func run(_ daemon: DatagramReceiver, _ arguments: [String] = []) throws -> TicketRun {
        try TicketRun(
            data,
            [
                "--trace", "xray:127.0.0.1:\(daemon.port)", "--trace-sample", "100", "--traces-per-second",
                "10000",
            ]
                + arguments)
    }

    @Test("the request, its ledger and queue, and the worker's way to the order are seen under one intent")
    func purchase() async throws {
        let daemon = try #require(DatagramReceiver())
        // A queue of its own: in one file with the ledger nothing is sent, and nothing could be seen of it.
        let run = try run(daemon, ["--queue", "sqlite:\(data.path)/queue.db"])
        let buyer = try await TestBuyer(run.client)
        let opened = try await buyer.buy(["A-1-1"], key: "one")
        #expect(opened.status == 201)
        let request = try #require(
            try segment(from: daemon) {
                $0["http"]?["request"]?["method"]?.string == "POST"
                    && $0["http"]?["request"]?["url"]?.string == "/confirm/payment-intent"
            })
        #expect(request["http"]?["response"]?["status"]?.integer == 201)
        #expect(request["fault"] == nil && request["error"] == nil)
        #expect(request["annotations"]?["intent"]?.string == opened.intentID)
        #expect(Set(["ledger.open", "queue.send"]).isSubset(of: calls(of: request)), "\(calls(of: request))")

        let work = try #require(
            try segment(from: daemon) {
                $0["http"] == nil && $0["annotations"]?["intent"]?.string == opened.intentID
            })
        #expect(work["fault"] == nil)
        #expect(
            Set(["ledger.claim", "payments.charge", "orders.decide", "ledger.settle"]).isSubset(
                of: calls(of: work)),
            "\(calls(of: work))")
        // The message carries no trace: the intent is what puts the two side by side.
        #expect(work["trace_id"] != request["trace_id"] && work["parent_id"] == nil)
        #expect(try await buyer.ending(of: opened.intentID).json?["status"] == .string("confirmed"))
        #expect(run.end() == 0)
    }
}
