import EventLoop

/// A socket of libcurl's as the loop sees it. libcurl owns and closes the descriptor.
final class CurlSocket: EventSource {
    private unowned let link: CurlLink
    private var watched: EventSet = []

    init(descriptor: Int32, link: CurlLink) {
        self.link = link
        super.init(descriptor: descriptor)
    }

    func watch(for events: EventSet, on loop: EventLoop) -> Bool {
        if events == watched, isWatched { return true }
        if isWatched { loop.unwatch(self) }
        watched = events
        return loop.watch(self, for: events)
    }

    override func becameReady(_ events: EventSet) { link.socketBecameReady(descriptor, events) }
}
