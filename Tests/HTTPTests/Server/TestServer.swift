import EventLoop
import JSON
import Synchronization
import Telemetry
import Testing

@testable import HTTP

/// Holds handlers until a test lets them go on.
final class Gate: Sendable {
    private struct Contents {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let contents = Mutex(Contents())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = contents.withLock { contents in
                if !contents.isOpen { contents.waiting.append(continuation) }
                return contents.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    var waitingCount: Int { contents.withLock { $0.waiting.count } }

    /// Lets all go on that wait, and all that come.
    func open() {
        let waiting = contents.withLock { contents in
            contents.isOpen = true
            defer { contents.waiting = [] }
            return contents.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// What handlers saw, from whichever thread.
final class Journal: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A server on a loop of its own, with routes that answer at once, after a wait, much, and wrongly.
final class TestServer: Sendable {
    let loop: EventLoop
    let clock: ManualLoopClock
    let gate = Gate()
    let journal = Journal()
    let metrics = MetricsRegistry()
    let logs = CapturingLogSink()
    let load = ServerLoad()
    let port: UInt16
    private let server: Mutex<LoopBound<LoopServer>?>

    init(on loop: EventLoop, clock: ManualLoopClock, settings: ServerSettings, tracer: Tracer? = nil) throws {
        self.loop = loop
        self.clock = clock
        let address = SocketAddress(host: "127.0.0.1", port: 0)!
        let descriptor = try TCPSocket.listen(on: address, backlog: 1_024)
        port = try TCPSocket.localAddress(of: descriptor).port
        let (metrics, logs, load, gate, journal) = (metrics, logs, load, gate, journal)
        server = Mutex(
            loop.runAndWait {
                let router = Router(metrics: metrics)
                Self.addRoutes(to: router, gate, journal)
                let logger = Logger(service: "test", level: .info, sink: logs)
                let server = LoopServer(
                    loop: loop, settings: settings, router: router, load: load, metrics: metrics,
                    logger: logger, tracer: tracer)
                server.serve(descriptor)
                return LoopBound(server, on: loop)
            })
    }

    private static func addRoutes(to router: Router, _ gate: Gate, _ journal: Journal) {
        router.on(
            .get, "/now",
            .immediate { request throws(Problem) in
                journal.add("now")
                return .text(.ok, "now")
            })
        let ready = ReadyAnswer(
            .ok, contentType: "text/plain", headers: [Header("X-Kind", "ready")], body: Array("ready".utf8))
        router.on(.get, "/ready", .immediate { _ throws(Problem) in Response(ready) })
        router.on(
            .get, "/items/{item}",
            .immediate { request throws(Problem) in
                journal.add("item \(request.parameterText(0))")
                return .text(.ok, "item \(request.parameterText(0))")
            })
        router.on(
            .post, "/echo",
            .suspending { request async throws(Problem) in
                journal.add("echo \(request.body.count)")
                return Response(.ok, contentType: "text/plain", body: Array(request.body))
            })
        router.on(
            .get, "/wait/{n}",
            .suspending { request async throws(Problem) in
                journal.add("begun \(request.parameterText(0))")
                await gate.wait()
                journal.add("ended \(request.parameterText(0))")
                return .text(.ok, "waited \(request.parameterText(0))")
            })
        router.on(
            .post, "/slow-echo/{n}",
            .suspending { request async throws(Problem) in
                let before = Self.describe(request)
                await gate.wait()
                return .text(.ok, "\(before)\n\(Self.describe(request))")
            })
        let large = ReadyAnswer(.ok, body: Self.largeBody)
        router.on(.get, "/large", .immediate { _ throws(Problem) in Response(large) })
        router.on(
            .get, "/large-later",
            .suspending { _ async throws(Problem) in
                await Task.yield()
                return Response(.ok, body: Self.largeBody)
            })
        router.on(
            .get, "/later/{n}",
            .suspending { request async throws(Problem) in
                await Task.yield()
                return .text(.ok, "later \(request.parameterText(0))")
            })
        router.on(.get, "/empty", .immediate { _ throws(Problem) in Response(.noContent) })
        router.on(.get, "/fail", .immediate { _ throws(Problem) in throw .internal() })
        router.on(
            .get, "/refuse-later",
            .suspending { _ async throws(Problem) in
                await Task.yield()
                throw .unsupportedMediaType
            })
        router.on(
            .get, "/bad-header",
            .immediate { _ throws(Problem) in
                Response(.ok, headers: [Header("X-Bad", "a\r\nSet-Cookie: stolen")])
            })
        router.on(.put, "/both", .immediate { _ throws(Problem) in .text(.ok, "put") })
        router.on(.get, "/both", .immediate { _ throws(Problem) in .text(.ok, "get") })
    }

    static let largeBody: [UInt8] = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    private static func describe(_ request: borrowing Request) -> String {
        let path = String(decoding: request.path, as: UTF8.self)
        let body = String(decoding: request.body, as: UTF8.self)
        return "\(path) \(request.parameterText(0)) \(request.headerText("x-mark") ?? "") \(body)"
    }

    /// A client that is connected.
    func connect(receiveBuffer: Int32? = nil) -> RawClient {
        RawClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Returns when the loop has seen what was sent to it, and has done what follows from it.
    func settle() {
        for _ in 0..<6 { loop.runAndWait {} }
    }

    /// Lets time pass on the loop, after what is under way.
    func pass(ms: UInt64) {
        settle()
        clock.advance(byMs: ms, waking: loop)
        settle()
    }

    func onServer<Value: Sendable>(_ body: @escaping @Sendable (LoopServer) -> Value) -> Value {
        let bound = server.withLock { $0 }!
        return loop.runAndWait { body(bound.value) }
    }

    /// Whether every connection waits for its peer to read. A peer that reads nothing then gets no further: the kernel
    /// says that there is room again only when a third of its buffer is free, which is more than such a peer holds.
    var isHeldUpByPeers: Bool {
        onServer { server in
            !server.connections.isEmpty
                && server.connections.allSatisfy { $0.pending != nil && !$0.flags.contains(.handling) }
        }
    }

    var connectionCount: Int { onServer { $0.connectionCount } }

    /// Begins to drain; the journal says when it is done.
    func drain() {
        let journal = journal
        onServer { $0.drain { journal.add("drained") } }
    }

    func metric(_ line: String) -> Int? {
        let text = String(decoding: metrics.render(), as: UTF8.self)
        let found = text.split(separator: "\n").first { $0.hasPrefix(line + " ") }
        return found.flatMap { Int($0.dropFirst(line.count + 1)) }
    }

    /// How many answers of a route were counted.
    func answered(_ route: String, method: String = "GET", status: Int = 200) -> Int? {
        metric(#"ticket_http_requests_total{method="\#(method)",route="\#(route)",status="\#(status)"}"#)
    }

    func timeouts(_ wait: String) -> Int? { metric(#"ticket_http_timeouts_total{wait="\#(wait)"}"#) }

    /// Ends all and lets the server go.
    func end() {
        gate.open()
        settle()
        endWhileHandlersRun()
    }

    /// Lets the server go, whatever its handlers do.
    func endWhileHandlersRun() {
        guard let bound = server.withLock({ $0.take() }) else { return }
        loop.runAndWait { bound.value.closeAll() }
        settle()
    }
}

/// Runs the body with a server on a manual clock, and ends it.
func withServer(
    _ change: (inout ServerSettings) -> Void = { _ in }, tracer: Tracer? = nil,
    _ body: (TestServer) async throws -> Void
) async throws {
    var settings = ServerSettings()
    settings.accessLogSamplePercent = 0
    change(&settings)
    let clock = ManualLoopClock()
    let thread = LoopThread(name: "test-server", clock: .manual(clock))
    do {
        let server = try TestServer(on: thread.loop, clock: clock, settings: settings, tracer: tracer)
        do {
            try await body(server)
        } catch {
            Issue.record(error)
        }
        server.end()
    } catch {
        Issue.record(error)
    }
    thread.stopAndJoin()
}

/// Waits until a condition holds that another thread brings about; false when it does not in a minute, which is long
/// even for a machine that runs everything else at once.
func eventually(_ condition: () -> Bool) async -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(60)
    while !condition() {
        guard clock.now < deadline else { return false }
        await Task.yield()
    }
    return true
}
