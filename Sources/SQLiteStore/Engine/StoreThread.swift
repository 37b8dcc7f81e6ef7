import EventLoop
import Synchronization

/// A joined thread that can stand in an array.
final class StoreThread: Sendable {
    private let thread: Mutex<Thread?>

    init(name: String, _ body: sending @escaping () -> Void) {
        thread = Mutex(Thread(name: name, body))
    }

    /// Waits for its end, once.
    func join() {
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }
}
