import EventLoop

/// A loop with its thread.
final class LoopHost {
    let loop: EventLoop
    private var thread: LoopThread?

    init(name: String) {
        let thread = LoopThread(name: name)
        loop = thread.loop
        self.thread = consume thread
    }

    func stopAndJoin() {
        guard let thread = thread.take() else { return }
        thread.stopAndJoin()
    }
}
