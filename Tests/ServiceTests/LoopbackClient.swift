import EventLoop
import HTTP

/// Asks a server on loopback from an ordinary test: a loop of its own, one client a server.
final class LoopbackClient {
    private var thread: LoopThread?
    private let loop: EventLoop
    private let client: LoopBound<HTTPClient>

    /// `address` as in a ready line: `127.0.0.1:8080`.
    init(_ address: String) {
        let parts = address.split(separator: ":")
        let target = SocketAddress(host: String(parts[0]), port: UInt16(parts[1])!)!
        let thread = LoopThread(name: "test-client")
        let loop = thread.loop
        self.loop = loop
        self.thread = consume thread
        client = loop.runAndWait { LoopBound(HTTPClient(loop: loop, address: target), on: loop) }
    }

    deinit {
        let client = client
        loop.runAndWait { client.value.close() }
        if let thread = thread.take() { thread.stopAndJoin() }
    }

    func send(_ request: ClientRequest) async throws(HTTPClientError) -> ClientResponse {
        let client = client
        let task = Task(executorPreference: loop) { () -> Result<ClientResponse, HTTPClientError> in
            do throws(HTTPClientError) {
                return .success(try await client.value.send(request))
            } catch {
                return .failure(error)
            }
        }
        return try await task.value.get()
    }

    func pause(forMs milliseconds: UInt64) async throws {
        let loop = loop
        await Task(executorPreference: loop) { await loop.sleep(forMs: milliseconds) }.value
    }

    /// What comes back once it is as wanted; what came last, when that takes more than a minute.
    func repeatedly(
        _ ask: () async throws -> ClientResponse, until isWanted: (ClientResponse) -> Bool
    ) async throws -> ClientResponse {
        let endNs = loop.readClockNs() + UInt64(ServiceProcess.patienceMs) * 1_000_000
        while true {
            let answer = try await ask()
            guard !isWanted(answer), loop.readClockNs() < endNs else { return answer }
            try await pause(forMs: 50)
        }
    }

    func get(_ target: String) async throws(HTTPClientError) -> ClientResponse {
        try await send(ClientRequest(.get, target))
    }
}
