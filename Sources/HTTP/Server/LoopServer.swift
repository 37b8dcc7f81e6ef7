import CLinux
import EventLoop
import Glibc
import Telemetry

/// The HTTP server of one loop: its listener, its connections, and what they share. Made and used on its loop.
package final class LoopServer {
    let loop: EventLoop
    let settings: ServerSettings
    let router: Router
    let load: ServerLoad
    let metrics: ServerMetrics
    let logger: Logger
    private let tracer: Tracer?
    let output = OutputBuffer()
    let inputPool: InputBufferPool
    private(set) var isDraining = false
    private var encoder: ResponseEncoder
    private var accessLog: AccessLog
    private var requestIDs: RequestIDSource
    private var listener: Listener?
    private(set) var connections: [Connection] = []
    private var drained: (() -> Void)?
    /// Connections beyond the limit that are being told so; still more of them are closed without a word.
    private var turnedAway = 0
    private static let maxTurnedAway = 64

    package init(
        loop: EventLoop, settings: ServerSettings, router: Router, load: ServerLoad, metrics: MetricsRegistry,
        logger: Logger, tracer: Tracer? = nil
    ) {
        loop.preconditionIsCurrent()
        self.loop = loop
        self.settings = settings
        self.router = router
        self.load = load
        self.metrics = ServerMetrics(metrics)
        self.logger = logger
        self.tracer = tracer
        inputPool = InputBufferPool(limits: settings.parser)
        encoder = ResponseEncoder(output: output)
        requestIDs = RequestIDSource(random: .random(in: .min ... .max))
        accessLog = AccessLog(
            logger: logger, samplePercent: settings.accessLogSamplePercent,
            seed: UInt64.random(in: .min ... .max))
    }

    deinit {
        // A connection that still has events to come would reach for a server that is gone.
        precondition(connections.isEmpty && listener == nil, "a server was dropped while it served")
    }

    /// Takes over a listening socket and serves what connects to it.
    package func serve(_ listeningDescriptor: Int32) {
        let listener = Listener(descriptor: listeningDescriptor, server: self)
        self.listener = listener
        precondition(loop.watch(listener, for: .readable), "a loop cannot watch its own listener")
    }

    /// Stops listening, ends idle connections, lets the others finish their request. `finished` is called on
    /// the loop when none is left.
    package func drain(_ finished: @escaping () -> Void) {
        isDraining = true
        // Who is already in the kernel's queue was promised a connection.
        listener?.acceptWaiting(atMost: 1_024)
        listener?.close()
        listener = nil
        drained = finished
        for connection in connections.filter(\.isIdle) { connection.readOnceMore() }
        reportIfDrained()
    }

    /// Ends every connection, finished or not. Without it, or a drain to its end, a server must not be dropped.
    package func closeAll() {
        listener?.close()
        listener = nil
        for connection in connections { connection.close() }
    }

    package var connectionCount: Int { connections.count }

    // MARK: For the listener and the connections

    func begin(_ descriptor: Int32, peer: PeerAddress) {
        let isWelcome = load.enterConnection(atMost: settings.maxConnections)
        if !isWelcome {
            metrics.refusedConnections.add()
            guard turnedAway < Self.maxTurnedAway else { return _ = close(descriptor) }
        }
        let connection = Connection(descriptor: descriptor, peer: peer, server: self, isCounted: isWelcome)
        guard loop.watch(connection, for: .stream) else {
            if isWelcome { load.leaveConnection() }
            _ = close(descriptor)
            return
        }
        connection.index = connections.count
        connections.append(connection)
        guard isWelcome else {
            turnedAway += 1
            return connection.turnAway()
        }
        metrics.accepted.add()
        metrics.open.add(1)
        connection.begin()
    }

    func ended(_ connection: Connection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        if connection.flags.contains(.counted) {
            load.leaveConnection()
            metrics.open.add(-1)
        } else {
            turnedAway -= 1
        }
        reportIfDrained()
    }

    /// Gives the request its id and reads the caller's trace.
    func stamp(_ input: InputBuffer) {
        input.requestID = requestIDs.next()
        input.receivedNs = loop.nowNs
        input.callersTrace = input.firstValue(of: "traceparent").flatMap { TraceContext(parsing: $0) }
        if let tracer { beginTrace(input, tracer) }
    }

    /// A caller's `traceparent` says more than what the balancer adds to every request.
    private func beginTrace(_ input: InputBuffer, _ tracer: Tracer) {
        let caller =
            input.callersTrace.map { TraceCaller($0) }
            ?? input.firstValue(of: "x-amzn-trace-id").flatMap { TraceCaller(amazonHeader: $0) }
        input.span = tracer.begin(caller)
    }

    private func endTrace(_ span: Span, _ input: InputBuffer, _ endpoint: Endpoint, _ status: Status) {
        let head = input.parser.head
        let path = UnsafeRawBufferPointer(
            start: input.base + input.start + head.path.lowerBound, count: head.path.count)
        span.note("route", endpoint.label)
        span.note("request_id", input.requestID.description)
        span.end(
            .http(
                method: head.method.name, path: String(decoding: path, as: UTF8.self),
                status: Int(status.code)))
        // The next request on this connection has its own.
        input.span = nil
    }

    func encode(_ response: borrowing Response, for input: InputBuffer, keepsAlive: Bool) -> LargeBody? {
        encoder.write(
            response, for: input, keepsAlive: keepsAlive, isHead: input.parser.head.method == .head,
            nowNs: loop.nowNs)
    }

    /// Counts an answer and writes a sample of them to the log.
    func note(_ input: InputBuffer, _ endpoint: Endpoint, _ status: Status) {
        let nowNs = loop.readClockNs()
        let durationNs = nowNs > input.receivedNs ? nowNs - input.receivedNs : 0
        endpoint.count(status, durationNs: durationNs)
        if accessLog.isSampled(status) { accessLog.write(input, endpoint, status, durationNs: durationNs) }
        if let span = input.span { endTrace(span, input, endpoint, status) }
    }

    private func reportIfDrained() {
        guard isDraining, connections.isEmpty, let drained else { return }
        self.drained = nil
        drained()
    }
}
