import CCurl
import EventLoop
import Glibc

/// What a link tells whoever uses it. Nothing of it comes from within a call into the link.
protocol CurlLinkUser: AnyObject {
    func linkConnected()
    func linkFailed(_ failure: WireFailure)
    func linkBecameReady()
}

/// libcurl's part of a connection: it finds the address, connects, speaks TLS, checks the certificate, and moves bytes.
/// The HTTP on it is ours, because libcurl's costs much more a request (docs/decisions/0008).
///
/// Each link has a multi handle of its own: in a common one libcurl looks through the connections whenever it makes a new
/// one, and ends those on which an answer waits to be read, as dead.
final class CurlLink: TimerTarget {
    enum Moved {
        case bytes(Int)
        /// The loop says when there is more.
        case blocked
        /// Nothing more will come, in order.
        case ended
        case failed
    }

    private enum Phase { case connecting, connected, closed }

    private let loop: EventLoop
    private let handle: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private weak var user: (any CurlLinkUser)?
    private var phase = Phase.connecting
    /// While it connects there may be several: of a name's addresses, and of the resolver.
    private var sockets: [Int32: CurlSocket] = [:]
    private var socket: CurlSocket?
    private var timer: TimerID?
    private var isKickPlanned = false

    init(to endpoint: Endpoint, library: CurlLibrary, settings: TransportSettings, loop: EventLoop) {
        guard let handle = curl_easy_init(), let multi = curl_multi_init() else {
            preconditionFailure("out of memory")
        }
        self.loop = loop
        self.handle = handle
        self.multi = multi
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_socket_function(multi, socketFunction, context)
        ccurl_multi_set_timer_function(multi, timerFunction, context)
        ccurl_set_close_function(handle, closeFunction, context)
        ccurl_set_share(handle, library.share)
        ccurl_set_text(handle, CURLOPT_URL, endpoint.url)
        ccurl_set_number(handle, CURLOPT_CONNECT_ONLY, 1)
        // A signal handler belongs to the program, not to a library in it.
        ccurl_set_number(handle, CURLOPT_NOSIGNAL, 1)
        // The services speak HTTP/1.1, and TLS must not agree on anything else.
        ccurl_set_number(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        // Credentials must not go through whatever `http_proxy` names.
        ccurl_set_text(handle, CURLOPT_PROXY, "")
        ccurl_set_number(handle, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_number(handle, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_number(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        ccurl_set_number(handle, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeoutMs)
        if let path = settings.certificateAuthorityFile { ccurl_set_text(handle, CURLOPT_CAINFO, path) }
    }

    deinit { precondition(phase == .closed, "a link was dropped without being closed") }

    func connect(for user: any CurlLinkUser) {
        self.user = user
        curl_multi_add_handle(multi, handle)
    }

    /// libcurl is not asked again after this, so it may be called from anywhere but its callbacks.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        if let timer { loop.cancel(timer) }
        timer = nil
        if let socket { loop.unwatch(socket) }
        socket = nil
        // With the only handle of its multi handle goes the connection.
        curl_multi_remove_handle(multi, handle)
        for left in sockets.values { loop.unwatch(left) }
        sockets = [:]
        curl_easy_cleanup(handle)
        curl_multi_cleanup(multi)
    }

    // MARK: Bytes

    func send(_ bytes: UnsafeRawBufferPointer) -> Moved {
        var sent = 0
        switch curl_easy_send(handle, bytes.baseAddress, bytes.count, &sent) {
        case CURLE_OK: return .bytes(sent)
        case CURLE_AGAIN: return .blocked
        default: return .failed
        }
    }

    func receive(into memory: UnsafeMutableRawPointer, atMost room: Int) -> Moved {
        var received = 0
        switch curl_easy_recv(handle, memory, room, &received) {
        case CURLE_OK: return received > 0 ? .bytes(received) : .ended
        case CURLE_AGAIN: return .blocked
        default: return .failed
        }
    }

    /// Asked for while a request is on its way in parts.
    func wantsToWrite(_ wants: Bool) -> Bool {
        guard let socket else { return false }
        return socket.watch(for: wants ? [.readable, .writable] : .readable, on: loop)
    }

    // MARK: What the loop says

    func socketBecameReady(_ descriptor: Int32, _ events: EventSet) {
        guard phase == .connecting else { return user?.linkBecameReady() ?? () }
        var mask: Int32 = 0
        if !events.isDisjoint(with: [.readable, .hungUp, .peerClosed]) { mask |= CURL_CSELECT_IN }
        if events.contains(.writable) { mask |= CURL_CSELECT_OUT }
        if events.contains(.failed) { mask |= CURL_CSELECT_ERR }
        act(on: descriptor, mask)
    }

    func timerFired() {
        timer = nil
        act(on: -1, 0)
    }

    private func act(on descriptor: Int32, _ mask: Int32) {
        guard phase == .connecting else { return }
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, mask, &running)
        var code = CURLE_OK
        guard ccurl_multi_ended(multi, &code) == 1 else { return }
        guard code == CURLE_OK else { return user?.linkFailed(Self.failure(code)) ?? () }
        becomeConnected()
    }

    private func becomeConnected() {
        for left in sockets.values { loop.unwatch(left) }
        sockets = [:]
        if let timer { loop.cancel(timer) }
        timer = nil
        phase = .connected
        let made = CurlSocket(descriptor: ccurl_get_socket(handle), link: self)
        socket = made
        guard made.descriptor >= 0, made.watch(for: .readable, on: loop) else {
            return user?.linkFailed(
                WireFailure(code: .cannotConnect, message: "the loop cannot watch it", wasSent: false)) ?? ()
        }
        user?.linkConnected()
    }

    private static func failure(_ code: CURLcode) -> WireFailure {
        switch code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM:
            WireFailure(code: .notTrusted, message: CurlLibrary.text(code), wasSent: false)
        default: WireFailure(code: .cannotConnect, message: CurlLibrary.text(code), wasSent: false)
        }
    }

    // MARK: What libcurl asks of the loop

    fileprivate func wants(_ poll: Int32, of descriptor: Int32) {
        guard phase == .connecting else { return }
        guard poll != CURL_POLL_REMOVE else { return willClose(descriptor) }
        let socket = sockets[descriptor] ?? CurlSocket(descriptor: descriptor, link: self)
        sockets[descriptor] = socket
        let events: EventSet = poll == CURL_POLL_IN ? [.readable] : [.readable, .writable]
        // A socket that cannot be watched says nothing: the connection's deadline ends it.
        if !socket.watch(for: events, on: loop) { sockets[descriptor] = nil }
    }

    /// Called before libcurl closes the descriptor, whose number may come back at once.
    fileprivate func willClose(_ descriptor: Int32) {
        if let gone = sockets.removeValue(forKey: descriptor) { loop.unwatch(gone) }
    }

    fileprivate func wantsTimer(inMs milliseconds: Int) {
        guard phase == .connecting else { return }
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

    /// libcurl must not be called from its own callback.
    private func planKick() {
        guard !isKickPlanned else { return }
        isKickPlanned = true
        loop.atEndOfTurn { [weak self] in
            self?.isKickPlanned = false
            self?.act(on: -1, 0)
        }
    }
}

private let socketFunction: curl_socket_callback = { _, descriptor, poll, context, _ in
    guard let context else { return 0 }
    Unmanaged<CurlLink>.fromOpaque(context).takeUnretainedValue().wants(poll, of: descriptor)
    return 0
}

private let timerFunction: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlLink>.fromOpaque(context).takeUnretainedValue().wantsTimer(inMs: milliseconds)
    return 0
}

private let closeFunction: curl_closesocket_callback = { context, descriptor in
    guard let context else { return Glibc.close(descriptor) }
    Unmanaged<CurlLink>.fromOpaque(context).takeUnretainedValue().willClose(descriptor)
    return Glibc.close(descriptor)
}
