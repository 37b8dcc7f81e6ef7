import EventLoop
import Synchronization

/// Runs one task to its end on a loop of the calling thread: for commands, and for what has to be done before a
/// service begins.
enum ShortLoop {
    static func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable (EventLoop) async throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let loop = EventLoop(name: "command")
        let ending = Ending<Value, Failure>()
        _ = Task(executorPreference: loop) {
            do throws(Failure) {
                ending.note(.success(try await body(loop)))
            } catch {
                ending.note(.failure(error))
            }
            loop.stop()
        }
        loop.run()
        guard let result = ending.result else { preconditionFailure("the loop ended before its task") }
        return try result.get()
    }

    /// How the task ended, for the thread that ran the loop.
    private final class Ending<Value: Sendable, Failure: Error>: Sendable {
        private let state = Mutex<Result<Value, Failure>?>(nil)

        var result: Result<Value, Failure>? { state.withLock { $0 } }

        func note(_ result: Result<Value, Failure>) { state.withLock { $0 = result } }
    }
}
