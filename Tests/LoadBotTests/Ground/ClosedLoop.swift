import EventLoop
import HTTP

/// What most tools do: one request after the other, each timed from when it was sent.
enum ClosedLoop {
    static func latencies(at address: SocketAddress, seconds: Double) async throws -> [UInt64] {
        let thread = LoopThread(name: "closed-loop")
        let loop = thread.loop
        let task = Task(executorPreference: loop) { () async throws -> [UInt64] in
            let client = HTTPClient(loop: loop, address: address)
            defer { client.close() }
            var latencies: [UInt64] = []
            let untilNs = loop.readClockNs() + UInt64(seconds * 1e9)
            while loop.readClockNs() < untilNs {
                let begunNs = loop.readClockNs()
                _ = try await client.send(ClientRequest(.get, "/public/events/e"))
                latencies.append(loop.readClockNs() - begunNs)
            }
            return latencies
        }
        let result = await task.result
        thread.stopAndJoin()
        return try result.get()
    }
}
