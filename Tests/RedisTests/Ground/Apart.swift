import CLinux
import Glibc
import TicketingTesting

/// Runs work that blocks on a thread of its own: the pool has one for each core, and every suite needs them.
func apart<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let start = Unmanaged.passRetained(
            Work { continuation.resume(with: Result { try work() }) })
        var thread = pthread_t()
        let failure = clinux_thread_start(
            &thread, "redis-test-work", { Unmanaged<Work>.fromOpaque($0!).takeRetainedValue().body() },
            start.toOpaque())
        guard failure == 0 else {
            start.release()
            return continuation.resume(
                throwing: ChildProcess.StartError(message: "no thread: \(String(cString: strerror(failure)))")
            )
        }
        pthread_detach(thread)
    }
}

private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}
