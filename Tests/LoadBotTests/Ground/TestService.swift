import EventLoop
import HTTP
import Telemetry

/// A server on a thread of its own for as long as the body runs.
enum TestService {
    static func run<Value: Sendable>(
        routes: @escaping @Sendable (Router, EventLoop) -> Void,
        _ body: (SocketAddress, EventLoop) async throws -> Value
    ) async throws -> Value {
        let thread = LoopThread(name: "test-service")
        let loop = thread.loop
        let descriptor = try TCPSocket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, backlog: 1_024)
        let address = try TCPSocket.localAddress(of: descriptor)
        let server = loop.runAndWait {
            let metrics = MetricsRegistry()
            let router = Router(metrics: metrics)
            routes(router, loop)
            var settings = ServerSettings()
            settings.maxRequestsInFlight = 20_000
            let server = LoopServer(
                loop: loop, settings: settings, router: router, load: ServerLoad(), metrics: metrics,
                logger: Logger(service: "test", level: .error, sink: CapturingLogSink()))
            server.serve(descriptor)
            return LoopBound(server, on: loop)
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(address, loop))
        } catch {
            result = .failure(error)
        }
        loop.runAndWait { server.value.closeAll() }
        for _ in 0..<4 { loop.runAndWait {} }
        thread.stopAndJoin()
        return try result.get()
    }
}
