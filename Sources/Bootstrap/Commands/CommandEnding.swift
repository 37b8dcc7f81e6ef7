import Synchronization

/// How the task of a command ended, for the thread that waits for it.
final class CommandEnding: Sendable {
    private let state = Mutex<CommandFailure?>(nil)

    var failure: CommandFailure? { state.withLock { $0 } }

    func note(_ failure: CommandFailure) { state.withLock { $0 = failure } }
}
