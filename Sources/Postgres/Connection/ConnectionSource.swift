import EventLoop
import Glibc

/// libpq's socket as the loop sees it, by a descriptor of our own for it.
///
/// libpq closes its descriptor whenever it thinks that best, also in the middle of a read. The loop must have let
/// go of the socket before: an epoll that was not told goes on reporting it for as long as a process that was just
/// forked still has it, and nothing is left at the address it reports. Our descriptor is there until we close it.
final class ConnectionSource: EventSource {
    private let ready: () -> Void

    /// Nil when there is no descriptor left.
    init?(socket: Int32, ready: @escaping () -> Void) {
        let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return nil }
        self.ready = ready
        super.init(descriptor: own)
    }

    deinit { close(descriptor) }

    public override func becameReady(_ events: EventSet) { ready() }
}
