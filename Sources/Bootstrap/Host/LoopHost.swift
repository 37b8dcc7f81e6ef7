import EventLoop

/// A serving loop with its thread.
final class LoopHost {
    let loop: EventLoop
    private var thread: LoopThread?

    init(index: Int) {
        let thread = LoopThread(name: "loop-\(index)")
        loop = thread.loop
        self.thread = consume thread
    }

    func stopAndJoin() {
        guard let thread = thread.take() else { return }
        thread.stopAndJoin()
    }
}
