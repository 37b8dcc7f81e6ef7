import HTTP
import JSON

/// A guest at the checkout of a running service.
struct TestBuyer {
    let client: LoopbackClient
    let token: String

    struct Refused: Error { let answer: String }

    /// Asks for a guest token.
    init(_ client: LoopbackClient) async throws {
        let answer = try await client.send(ClientRequest(.post, "/confirm/buyer"))
        guard let token = answer.json?["token"]?.string else { throw Refused(answer: answer.text) }
        self.init(client, token: token)
    }

    init(_ client: LoopbackClient, token: String) {
        self.client = client
        self.token = token
    }

    func buy(_ seats: [String], key: String, paying payment: String = "tok_ok") async throws -> ClientResponse
    {
        let names = seats.map { "\"\($0)\"" }.joined(separator: ",")
        let body =
            "{\"event\":\"demo\",\"seats\":[\(names)],\"payment\":{\"method\":\"sandbox\",\"token\":\"\(payment)\"}}"
        return try await client.send(
            ClientRequest(
                .post, "/confirm/payment-intent",
                headers: headers + [("Idempotency-Key", key), ("Content-Type", "application/json")],
                body: Array(body.utf8)))
    }

    func intent(_ id: String) async throws -> ClientResponse {
        try await client.send(ClientRequest(.get, "/confirm/payment-intent/\(id)", headers: headers))
    }

    func cancel(_ id: String) async throws -> ClientResponse {
        try await client.send(ClientRequest(.post, "/confirm/payment-intent/\(id)/cancel", headers: headers))
    }

    /// The intent once it is no longer pending; as it is after a minute, if it stays so.
    func ending(of id: String) async throws -> ClientResponse {
        try await client.repeatedly {
            try await intent(id)
        } until: {
            $0.json?["status"] != .string("pending")
        }
    }

    private var headers: [(name: String, value: String)] { [("Authorization", "Bearer \(token)")] }
}

extension ClientResponse {
    var json: JSONValue? { try? JSONValue(parsing: text) }

    var intentID: String { json?["id"]?.string ?? "none" }
}
