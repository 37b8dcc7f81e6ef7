import Synchronization
import Ticketing
import TicketingTesting

/// The reference ledger behind a gate, with faults before or after the effect, and every call counted.
final class FaultyLedger: WrappingLedger {
    enum Fault: Sendable {
        /// Nothing was done.
        case before(PortError.Code)
        /// It was done, and the answer is lost.
        case after(PortError.Code)
    }

    private struct State {
        var openFaults: [Fault] = []
        var readFaults: [Fault] = []
        var cancelFaults: [Fault] = []
        var opens = 0
        var reads = 0
        var conflictReads = 0
        var saysItQueued = false
        var answersWithReplay = false
    }

    let reference = ReferenceLedger()
    var inner: any SeatLedger { reference }
    /// Before the effect of an open.
    let gate = Gate()
    /// Between the effect of an open and its answer.
    let answerGate = Gate()
    private let state = Mutex(State())

    var openCount: Int { state.withLock { $0.opens } }
    var readCount: Int { state.withLock { $0.reads } }
    var conflictReadCount: Int { state.withLock { $0.conflictReads } }

    func failNextOpen(_ fault: Fault) { state.withLock { $0.openFaults.append(fault) } }
    func failNextRead(_ fault: Fault) { state.withLock { $0.readFaults.append(fault) } }
    func failNextCancel(_ fault: Fault) { state.withLock { $0.cancelFaults.append(fault) } }
    /// As a store that queues in the same commit does.
    func sayItQueued() { state.withLock { $0.saysItQueued = true } }

    /// As an adapter that takes its own earlier attempt for somebody else's.
    func answerWithReplayOnce() { state.withLock { $0.answersWithReplay = true } }

    func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        // Whoever comes from elsewhere has left the loop, and shares with others what is a loop's own.
        DeskLoop.shared.preconditionIsolated("a purchase has left its loop")
        state.withLock { $0.opens += 1 }
        await gate.pass()
        let fault = state.withLock { $0.openFaults.isEmpty ? nil : $0.openFaults.removeFirst() }
        try Self.fail(fault, isDone: false)
        let outcome = try await reference.open(
            intent, blocked: blocked, seatsPerBuyer: seatsPerBuyer, now: now)
        await answerGate.pass()
        try Self.fail(fault, isDone: true)
        if state.withLock({ $0.answersWithReplay }) { return .replayed(intent, isQueued: false) }
        guard state.withLock({ $0.saysItQueued }) else { return outcome }
        switch outcome {
        case .opened: return .opened(isQueued: true)
        case .replayed(let stored, _): return .replayed(stored, isQueued: true)
        case .keyReused, .refused: return outcome
        }
    }

    func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) async throws(PortError) -> [SeatConflict] {
        let fault = state.withLock { state in
            state.conflictReads += 1
            return state.readFaults.isEmpty ? nil : state.readFaults.removeFirst()
        }
        try Self.fail(fault, isDone: false)
        return try await reference.conflicts(at: seats, of: event, now: now)
    }

    func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent? {
        DeskLoop.shared.preconditionIsolated("a request has left its loop")
        let fault = state.withLock { state in
            state.reads += 1
            return state.readFaults.isEmpty ? nil : state.readFaults.removeFirst()
        }
        try Self.fail(fault, isDone: false)
        return try await reference.intent(id)
    }

    func cancel(_ id: IntentID, buyer: BuyerID, now: Timestamp) async throws(PortError) -> CancelOutcome {
        let fault = state.withLock { $0.cancelFaults.isEmpty ? nil : $0.cancelFaults.removeFirst() }
        try Self.fail(fault, isDone: false)
        let outcome = try await reference.cancel(id, buyer: buyer, now: now)
        try Self.fail(fault, isDone: true)
        return outcome
    }

    private static func fail(_ fault: Fault?, isDone: Bool) throws(PortError) {
        switch fault {
        case .before(let code) where !isDone, .after(let code) where isDone:
            throw PortError(code, "a fault of the test")
        default: return
        }
    }
}
