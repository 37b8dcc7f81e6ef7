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
    let output = OutputBuffer()
    let inputPool: InputBufferPool
    private(set) var isDraining = false
    private var encoder: ResponseEncoder
    private var accessLog: AccessLog
    private var requestIDs: RequestIDSource
    private var listener: Listener?
    private var connections: [Connection] = []
    private var drained: (() -> Void)?

    package init(
        loop: EventLoop, settings: ServerSettings, router: Router, load: ServerLoad, metrics: MetricsRegistry,
        logger: Logger
    ) {
        loop.preconditionIsCurrent()
        self.loop = loop
        self.settings = settings
        self.router = router
        self.load = load
        self.metrics = ServerMetrics(metrics)
        self.logger = logger
        inputPool = InputBufferPool(limits: settings.parser)
        encoder = ResponseEncoder(output: output)
        requestIDs = RequestIDSource(random: .random(in: .min ... .max))
        accessLog = AccessLog(
            logger: logger, samplePercent: settings.accessLogSamplePercent,
            seed: UInt64.random(in: .min ... .max))
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
        for connection in connections.filter(\.isIdle) { connection.close() }
        reportIfDrained()
    }

    /// Ends every connection, finished or not.
    package func closeAll() {
        listener?.close()
        listener = nil
        for connection in connections { connection.close() }
    }

    package var connectionCount: Int { connections.count }

    // MARK: For the listener and the connections

    func isListening(_ candidate: Listener) -> Bool { listener === candidate }

    func begin(_ descriptor: Int32, peer: PeerAddress) {
        guard load.enterConnection(atMost: settings.maxConnections) else { return turnAway(descriptor) }
        let connection = Connection(descriptor: descriptor, peer: peer, server: self)
        guard loop.watch(connection, for: .stream) else {
            load.leaveConnection()
            close(descriptor)
            return
        }
        connection.index = connections.count
        connections.append(connection)
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
        load.leaveConnection()
        metrics.open.add(-1)
        reportIfDrained()
    }

    /// Gives the request its id and reads the caller's trace.
    func stamp(_ input: InputBuffer) {
        input.requestID = requestIDs.next()
        input.receivedNs = loop.nowNs
        let traceparent = input.parser.head.firstValue(of: "traceparent", in: input.base + input.start)
        input.trace = traceparent.flatMap { TraceContext(parsing: $0) }
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
        guard accessLog.isSampled(status) else { return }
        accessLog.write(input, endpoint, status, durationNs: durationNs)
    }

    /// One more than allowed. The answer is short and fixed, and fits any socket's buffer.
    private func turnAway(_ descriptor: Int32) {
        metrics.refusedConnections.add()
        let input = inputPool.take()
        input.requestID = requestIDs.next()
        let response = Problem.overloaded.response(requestID: input.requestID.description)
        _ = encode(response, for: input, keepsAlive: false)
        inputPool.giveBack(input)
        _ = send(descriptor, output.base, output.count, Int32(MSG_NOSIGNAL))
        output.clear()
        clinux_end_sending(descriptor)
        close(descriptor)
    }

    private func reportIfDrained() {
        guard isDraining, connections.isEmpty, let drained else { return }
        self.drained = nil
        drained()
    }
}
