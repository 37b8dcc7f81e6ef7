import Synchronization
import Ticketing

/// A copy of something that is read elsewhere, shared by the loops of a process.
///
/// One request at a time reads it anew; meanwhile the others are served the copy they have, for `staleMs` at
/// most. They wait only when there is none, or when it is too old.
final class FreshValue<Value: Sendable>: Sendable {
    struct Ages: Sendable {
        /// Up to this age nobody asks the source.
        var freshMs: Int64 = 1_000
        /// Up to this age a copy is served while the source is slow or down.
        var staleMs: Int64 = 10_000
        /// After a failure the source is left alone for so long.
        var retryMs: Int64 = 250
    }

    private struct State {
        var copy: (value: Value, readAt: Timestamp)?
        var isBeingRead = false
        var failure: (error: PortError, retryAt: Timestamp)?
        var waiting: [Waiting<Void>] = []
    }

    /// Requests that wait for the first copy; one more is sent away at once.
    private static var maxWaiting: Int { 4_096 }

    private enum Step {
        case use(Value)
        case fail(PortError)
        case read
        case wait(Waiting<Void>)
    }

    private let ages: Ages
    private let state = Mutex(State())

    init(ages: Ages = Ages()) { self.ages = ages }

    /// `read` is given the last copy, and may give it back when nothing has changed.
    func value(
        in room: WaitingRoom, until deadline: Timestamp,
        read: nonisolated(nonsending) (Value?) async throws(PortError) -> Value
    ) async throws(PortError) -> Value {
        while true {
            switch step(at: room.clock.now()) {
            case .use(let value): return value
            case .fail(let error): throw error
            case .read: return try await lead(room.clock, read)
            case .wait(let waiting):
                guard await room.wait(waiting, until: deadline) != nil else {
                    throw PortError(.unavailable, "another request is still reading it")
                }
            }
        }
    }

    /// Whether the source answered when it was asked last; nil before that.
    var isAnswering: Bool? {
        state.withLock { $0.failure != nil ? false : ($0.copy != nil ? true : nil) }
    }

    private func step(at now: Timestamp) -> Step {
        state.withLock { state in
            let ageMs = state.copy.map { now.ms(since: $0.readAt) }
            if let copy = state.copy, let ageMs, ageMs < ages.freshMs, ageMs > -ages.freshMs {
                return .use(copy.value)
            }
            let isRecentFailure = state.failure.map { now < $0.retryAt } ?? false
            guard state.isBeingRead || isRecentFailure else {
                state.isBeingRead = true
                return .read
            }
            if let copy = state.copy, let ageMs, ageMs < ages.staleMs { return .use(copy.value) }
            if !state.isBeingRead, let failure = state.failure { return .fail(failure.error) }
            guard state.waiting.count < Self.maxWaiting else {
                return .fail(PortError(.throttled, "too many requests wait until it is read"))
            }
            let waiting = Waiting<Void>()
            state.waiting.append(waiting)
            return .wait(waiting)
        }
    }

    private func lead(
        _ clock: any WallClock, _ read: nonisolated(nonsending) (Value?) async throws(PortError) -> Value
    ) async throws(PortError) -> Value {
        let last = state.withLock { $0.copy }
        // The age counts from the question: what the source has learned since is not in the answer.
        let askedAt = clock.now()
        do throws(PortError) {
            let value = try await read(last?.value)
            end { state in
                state.copy = (value, askedAt)
                state.failure = nil
            }
            return value
        } catch {
            let now = clock.now()
            end { $0.failure = (error, now.adding(ms: ages.retryMs)) }
            guard let last, now.ms(since: last.readAt) < ages.staleMs else { throw error }
            return last.value
        }
    }

    private func end(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            state.isBeingRead = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for request in waiting { _ = request.end(with: ()) }
    }
}
