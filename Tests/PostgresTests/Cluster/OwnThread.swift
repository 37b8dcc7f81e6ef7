import CLinux
import Glibc

/// What blocks does not do so on a thread that other tests wait for.
enum OwnThread {
    static func start(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let failure = clinux_thread_start(
            &thread, "blocking", { Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run() }, box.toOpaque()
        )
        precondition(failure == 0, "there is no thread to be had")
        pthread_detach(thread)
    }

    /// Gives what `body` gives, and leaves the caller's thread to others meanwhile.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withUnsafeThrowingContinuation { continuation in
            start { continuation.resume(with: Result { try body() }) }
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
