import EventLoop
import HTTP

/// Why a health check does not pass.
struct HealthFailure: Error {
    let message: String
}

/// Asks a running service over loopback, as a container's health check.
enum HealthAsker {
    /// Below what Docker and ECS wait by default.
    private static let timeoutMs: UInt64 = 3_000

    /// The answer's body; throws for any other answer than 200.
    static func ask(_ question: HealthQuestion) throws(HealthFailure) -> String {
        guard let address = SocketAddress(host: question.host, port: question.port) else {
            throw HealthFailure(message: "\(question.host) is no address to ask")
        }
        let response = try ShortLoop.run { loop async throws(HealthFailure) -> ClientResponse in
            try await get(question.path, from: address, loop)
        }
        guard response.status == 200 else {
            throw HealthFailure(message: "\(question.path) answers \(response.status): \(response.text)")
        }
        return response.text
    }

    private static func get(
        _ path: String, from address: SocketAddress, _ loop: EventLoop
    ) async throws(HealthFailure) -> ClientResponse {
        var settings = ClientSettings()
        settings.requestTimeoutMs = timeoutMs
        let client = HTTPClient(loop: loop, address: address, settings: settings)
        defer { client.close() }
        do throws(HTTPClientError) {
            return try await client.send(ClientRequest(.get, path))
        } catch {
            throw HealthFailure(message: error.description)
        }
    }
}
