import EventLoop
import Synchronization

/// The pool's thread, for whoever is not on it. Once it has ended nothing would run what is handed to it, so that is
/// said instead: somebody waits for the answer.
final class PoolThread: Sendable {
    let loop: EventLoop
    private let thread: Mutex<Owned?>

    private struct Owned: ~Copyable {
        var thread: LoopThread
        consuming func stop() { thread.stopAndJoin() }
    }

    init() {
        let started = LoopThread(name: "postgres")
        loop = started.loop
        thread = Mutex(Owned(thread: started))
    }

    /// Runs it on the loop; false when the pool is closed. What was taken is run before `end` returns.
    func run(_ body: @escaping @Sendable () -> Void) -> Bool {
        thread.withLock { owned in
            guard owned != nil else { return false }
            loop.execute(body)
            return true
        }
    }

    /// Runs `last` behind everything that was taken, and ends. The second time it does nothing.
    func end(_ last: @escaping @Sendable () -> Void) {
        let ending = thread.withLock { owned -> Owned? in
            let ending = owned.take()
            return ending
        }
        guard let ending else { return }
        loop.runAndWait(last)
        ending.stop()
    }
}
