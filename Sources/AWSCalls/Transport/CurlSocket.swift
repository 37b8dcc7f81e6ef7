import CCurl
import EventLoop

/// A socket of libcurl's as the loop sees it. libcurl owns and closes the descriptor.
///
/// It stays registered between two requests: libcurl lets go of a socket at the end of each, and to leave and to come
/// back would be two system calls a request.
final class CurlSocket: EventSource {
    private unowned let transport: CurlTransport
    let serial: UInt64
    private var watched: EventSet = []
    private(set) var isInUse = false
    /// The answer on it made no sense: what follows on this connection could not be trusted.
    var isDistrusted = false

    init(descriptor: Int32, serial: UInt64, transport: CurlTransport) {
        self.transport = transport
        self.serial = serial
        super.init(descriptor: descriptor)
    }

    /// What libcurl waits for: `CURL_POLL_IN`, `_OUT`, `_INOUT`, or `_REMOVE` when it has no use for it.
    func wants(_ poll: Int32, on loop: EventLoop) -> Bool {
        isInUse = poll != CURL_POLL_REMOVE
        guard isInUse else { return true }
        let events: EventSet = poll == CURL_POLL_IN ? [.readable] : [.readable, .writable]
        return events == watched || watch(for: events, on: loop)
    }

    private func watch(for events: EventSet, on loop: EventLoop) -> Bool {
        if isWatched { loop.unwatch(self) }
        watched = events
        return loop.watch(self, for: events)
    }

    func stop(on loop: EventLoop) {
        loop.unwatch(self)
        watched = []
    }

    override func becameReady(_ events: EventSet) {
        guard isInUse else {
            // An idle connection that becomes ready has ended, or says what nobody asked for: libcurl finds that out
            // when it wants to use it again. Until then it must not wake the loop at every turn.
            return transport.idleSocketSpoke(self)
        }
        var mask: Int32 = 0
        if !events.isDisjoint(with: [.readable, .hungUp, .peerClosed]) { mask |= CURL_CSELECT_IN }
        if events.contains(.writable) { mask |= CURL_CSELECT_OUT }
        if events.contains(.failed) { mask |= CURL_CSELECT_ERR }
        transport.act(on: descriptor, mask)
    }
}
