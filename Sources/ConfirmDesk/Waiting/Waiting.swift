import Synchronization

/// One task's wait, ended once: by what it waits for or by its deadline, whichever comes first.
final class Waiting<Value: Sendable>: Sendable {
    private enum State {
        case begun
        case suspended(UnsafeContinuation<Value?, Never>)
        case ended(Value?)
    }

    private let state = Mutex(State.begun)

    /// False when it has ended before: then nobody hears of this value, and whoever gives it away has to give
    /// it to the next.
    func end(with value: Value?) -> Bool {
        let (isFirst, continuation): (Bool, UnsafeContinuation<Value?, Never>?) = state.withLock { state in
            switch state {
            case .ended: return (false, nil)
            case .begun:
                state = .ended(value)
                return (true, nil)
            case .suspended(let continuation):
                state = .ended(value)
                return (true, continuation)
            }
        }
        continuation?.resume(returning: value)
        return isFirst
    }

    /// To be called by one task, once.
    func value() async -> Value? {
        await withUnsafeContinuation { continuation in
            let ended: Value?? = state.withLock { state in
                guard case .ended(let value) = state else {
                    state = .suspended(continuation)
                    return nil
                }
                return .some(value)
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }
}
