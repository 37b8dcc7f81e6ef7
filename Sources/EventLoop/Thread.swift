import CLinux
import Glibc

/// An operating-system thread that must be joined: leaving one behind stops the program, so that a leak
/// shows where it happens and not as a hang at exit.
package struct Thread: ~Copyable {
    private let handle: pthread_t

    /// Starts `body` on a thread of this name (15 characters are shown by `top` and `perf`).
    package init(name: String, _ body: sending @escaping () -> Void) {
        var handle = pthread_t()
        let start = Unmanaged.passRetained(Start(body))
        let failure = clinux_thread_start(
            &handle, name, { Unmanaged<Start>.fromOpaque($0!).takeRetainedValue().body() }, start.toOpaque())
        // Without threads nothing can be served; the operator sees the limit that was hit.
        precondition(failure == 0, "cannot start thread \(name): \(String(cString: strerror(failure)))")
        self.handle = handle
    }

    /// Waits until the body has returned.
    package consuming func join() {
        pthread_join(handle, nil)
        discard self
    }

    /// The calling thread gets a smaller share of a busy processor: so many steps of niceness.
    package static func giveWay(steps: Int) { clinux_thread_yield_share(Int32(steps)) }

    deinit { precondition(Self.wasJoined, "a thread was dropped without being joined") }

    /// Only a thread that nobody joined reaches `deinit`: `join` discards it.
    private static var wasJoined: Bool { false }

    private final class Start {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
}
