import EventLoop

/// libpq's socket as the loop sees it. libpq opens and closes it; while it connects it may be another one after each
/// step, so a source is made anew for each.
final class ConnectionSource: EventSource {
    private let ready: () -> Void

    init(descriptor: Int32, ready: @escaping () -> Void) {
        self.ready = ready
        super.init(descriptor: descriptor)
    }

    public override func becameReady(_ events: EventSet) { ready() }
}
