import CCurl
import EventLoop
import Glibc

/// HTTP requests of one loop over libcurl's multi interface: connections are kept, their number is limited, and so is
/// the number of requests that wait for one. It belongs to its loop.
final class CurlTransport: TimerTarget {
    let loop: EventLoop
    let settings: TransportSettings
    private let multi: UnsafeMutableRawPointer
    private var sockets: [Int32: CurlSocket] = [:]
    private var lastSerial: UInt64 = 0
    private var idle: [CurlTransfer] = []
    private var active: [ObjectIdentifier: CurlTransfer] = [:]
    private var waiting = WaitingLine()
    private var timer: TimerID?
    private var isKickPlanned = false
    private var isClosed = false

    init(loop: EventLoop, settings: TransportSettings) {
        loop.preconditionIsCurrent()
        precondition(CurlLibrary.isReady, "libcurl cannot be set up")
        guard let multi = curl_multi_init() else { preconditionFailure("out of memory") }
        self.loop = loop
        self.settings = settings
        self.multi = multi
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_socket_function(multi, socketFunction, context)
        ccurl_multi_set_timer_function(multi, timerFunction, context)
        ccurl_multi_set_number(multi, CURLMOPT_MAXCONNECTS, settings.maxConnections)
        // Each request has a connection of its own: HTTP/1.1 cannot interleave answers.
        ccurl_multi_set_number(multi, CURLMOPT_PIPELINING, 0)
    }

    deinit { precondition(isClosed, "a transport was dropped without being closed") }

    var openConnections: Int { sockets.count }
    var waitingRequests: Int { waiting.count }

    /// `completion` is called once, on the loop, never inside this call.
    func send(_ request: WireRequest, completion: @escaping CurlTransfer.Completion) {
        guard !isClosed else {
            return later(completion, .failure(.init(code: .closed, message: "closed", wasSent: false)))
        }
        guard active.count < settings.maxConnections else {
            guard waiting.count < settings.maxWaiting else {
                return later(
                    completion,
                    .failure(
                        .init(
                            code: .queueFull, message: "too many calls wait for a connection", wasSent: false)
                    ))
            }
            return waiting.append(request, completion: completion, on: loop)
        }
        start(request, completion: completion)
    }

    private func later(
        _ completion: @escaping CurlTransfer.Completion, _ result: Result<WireAnswer, WireFailure>
    ) {
        loop.runLater { completion(result) }
    }

    /// Nobody gets an answer any more, and every connection ends.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        while let waiting = waiting.removeFirst(on: loop) { waiting.completion(.failure(.closedHere)) }
        for transfer in active.values {
            curl_multi_remove_handle(multi, transfer.handle)
            if let deadline = transfer.deadline { loop.cancel(deadline) }
            transfer.deadline = nil
            transfer.finish(.failure(.closedHere))
        }
        if let timer { loop.cancel(timer) }
        timer = nil
        // The easy handles go first, as libcurl asks for; then the connections, whose sockets this object still knows.
        active = [:]
        idle = []
        curl_multi_cleanup(multi)
    }

    /// What came over this connection made no sense. It ends when nobody uses it; a request that has begun to use it
    /// meanwhile is not torn off.
    func distrust(_ tag: ConnectionTag) {
        guard !isClosed, let socket = sockets[tag.descriptor], socket.serial == tag.serial else { return }
        socket.isDistrusted = true
        if !socket.isInUse { end(socket) }
    }

    /// libcurl sees that the connection is dead before it uses it again, and closes it.
    private func end(_ socket: CurlSocket) {
        socket.stop(on: loop)
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
    }

    // MARK: Requests

    private func start(_ request: WireRequest, completion: @escaping CurlTransfer.Completion) {
        let transfer = idle.popLast() ?? CurlTransfer(transport: self)
        transfer.prepare(request, completion: completion)
        active[ObjectIdentifier(transfer)] = transfer
        transfer.deadline = loop.arm(transfer, atNs: request.deadlineNs)
        curl_multi_add_handle(multi, transfer.handle)
    }

    func timedOut(_ transfer: CurlTransfer) {
        let wasSent = ccurl_get_number(transfer.handle, CURLINFO_REQUEST_SIZE) > 0
        // A transfer that is removed halfway takes its connection with it.
        curl_multi_remove_handle(multi, transfer.handle)
        ended(
            transfer,
            .failure(
                .init(
                    code: wasSent ? .timedOut : .cannotConnect,
                    message: wasSent ? "no answer in time" : "no connection in time", wasSent: wasSent)))
    }

    private func collectEnded() {
        var code = CURLE_OK
        while let handle = ccurl_multi_next_ended(multi, &code) {
            guard let context = ccurl_get_private(handle) else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            let result = result(of: transfer, code)
            curl_multi_remove_handle(multi, handle)
            ended(transfer, result)
        }
    }

    private func ended(_ transfer: CurlTransfer, _ result: Result<WireAnswer, WireFailure>) {
        if let deadline = transfer.deadline { loop.cancel(deadline) }
        transfer.deadline = nil
        active[ObjectIdentifier(transfer)] = nil
        transfer.finish(result)
        idle.append(transfer)
        guard !isClosed, let next = waiting.removeFirst(on: loop) else { return }
        start(next.request, completion: next.completion)
    }

    private func result(of transfer: CurlTransfer, _ code: CURLcode) -> Result<WireAnswer, WireFailure> {
        guard code == CURLE_OK else { return .failure(failure(of: transfer, code)) }
        let status = ccurl_get_number(transfer.handle, CURLINFO_RESPONSE_CODE)
        let descriptor = ccurl_get_socket(transfer.handle)
        return .success(
            WireAnswer(
                status: status, body: transfer.answer,
                requestID: transfer.header("x-amzn-RequestId") ?? transfer.header("x-amz-request-id"),
                dateMs: status == 200
                    ? nil : transfer.header("Date").flatMap(Self.epochMs),
                connection: sockets[descriptor].map {
                    ConnectionTag(descriptor: descriptor, serial: $0.serial)
                }
                    ?? .none))
    }

    private static func epochMs(_ date: String) -> Int64? {
        let seconds = curl_getdate(date, nil)
        return seconds < 0 ? nil : Int64(seconds) * 1000
    }

    private func failure(of transfer: CurlTransfer, _ code: CURLcode) -> WireFailure {
        let wasSent = ccurl_get_number(transfer.handle, CURLINFO_REQUEST_SIZE) > 0
        let text = CurlLibrary.text(code)
        if let refusal = transfer.refusal {
            let why = refusal == .tooLarge ? "the answer is larger than allowed" : "the answer is not JSON"
            return WireFailure(code: refusal, message: why, wasSent: true)
        }
        switch code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM:
            return WireFailure(code: .notTrusted, message: text, wasSent: false)
        case _ where !wasSent: return WireFailure(code: .cannotConnect, message: text, wasSent: false)
        default: return WireFailure(code: .connectionLost, message: text, wasSent: true)
        }
    }

    // MARK: What libcurl asks of the loop

    func act(on descriptor: Int32, _ mask: Int32) {
        guard !isClosed else { return }
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, mask, &running)
        collectEnded()
    }

    fileprivate func wants(_ poll: Int32, of descriptor: Int32) {
        if let socket = sockets[descriptor] {
            if !socket.wants(poll, on: loop) { act(on: descriptor, CURL_CSELECT_ERR) }
            if poll == CURL_POLL_REMOVE, socket.isDistrusted { end(socket) }
            return
        }
        guard poll != CURL_POLL_REMOVE else { return }
        lastSerial += 1
        let socket = CurlSocket(descriptor: descriptor, serial: lastSerial, transport: self)
        sockets[descriptor] = socket
        if !socket.wants(poll, on: loop) { sockets[descriptor] = nil }
    }

    /// Called before libcurl closes the descriptor, whose number may come back at once.
    func willClose(_ descriptor: Int32) { sockets.removeValue(forKey: descriptor)?.stop(on: loop) }

    func idleSocketSpoke(_ socket: CurlSocket) { socket.stop(on: loop) }

    fileprivate func wantsTimer(inMs milliseconds: Int) {
        switch milliseconds {
        case 0: planKick()
        case 1...:
            let deadlineNs = loop.readClockNs() + UInt64(milliseconds) * 1_000_000
            if let timer, loop.move(timer, toNs: deadlineNs) { return }
            timer = loop.arm(self, atNs: deadlineNs)
        default:
            if let timer { loop.cancel(timer) }
            timer = nil
        }
    }

    /// Requests of the same turn are begun together, by one call into libcurl.
    private func planKick() {
        guard !isKickPlanned else { return }
        isKickPlanned = true
        loop.atEndOfTurn { [weak self] in self?.kick() }
    }

    private func kick() {
        isKickPlanned = false
        act(on: -1, 0)
    }

    func timerFired() {
        timer = nil
        act(on: -1, 0)
    }
}

extension WireFailure {
    fileprivate static let closedHere = WireFailure(
        code: .closed, message: "the calls were closed", wasSent: true)
}

private let socketFunction: curl_socket_callback = { _, descriptor, poll, context, _ in
    guard let context else { return 0 }
    Unmanaged<CurlTransport>.fromOpaque(context).takeUnretainedValue().wants(poll, of: descriptor)
    return 0
}

private let timerFunction: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlTransport>.fromOpaque(context).takeUnretainedValue().wantsTimer(inMs: milliseconds)
    return 0
}
