import Synchronization
import Ticketing

/// A long poll that whoever waits for it may leave: a worker that is told to stop does not stay for twenty seconds
/// because nothing comes.
final class ReceiveInFlight: Sendable {
    typealias Answer = Result<[ReceivedMessage], PortError>

    private enum State {
        case begun
        case awaited(UnsafeContinuation<Answer, Never>)
        case over(Answer)
        case left
    }

    private let state = Mutex(State.begun)

    /// The answer, or nothing at once when the waiting task is cancelled.
    func answer() async -> Answer {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let known: Answer? = state.withLock { state in
                    switch state {
                    case .over(let answer): return answer
                    case .left: return .success([])
                    case .begun, .awaited:
                        state = .awaited(continuation)
                        return nil
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            leave()
        }
    }

    /// False when nobody waits any more: the messages have to go back.
    func end(_ answer: Answer) -> Bool {
        let waiting: (continuation: UnsafeContinuation<Answer, Never>?, isWanted: Bool) = state.withLock {
            state in
            switch state {
            case .begun:
                state = .over(answer)
                return (nil, true)
            case .awaited(let continuation):
                state = .over(answer)
                return (continuation, true)
            case .over, .left: return (nil, false)
            }
        }
        waiting.continuation?.resume(returning: answer)
        return waiting.isWanted
    }

    private func leave() {
        let continuation: UnsafeContinuation<Answer, Never>? = state.withLock { state in
            switch state {
            case .begun:
                state = .left
                return nil
            case .awaited(let continuation):
                state = .left
                return continuation
            case .over, .left: return nil
            }
        }
        continuation?.resume(returning: .success([]))
    }
}
