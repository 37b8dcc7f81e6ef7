import Synchronization
import Ticketing

/// The lines before the seats: of those in this process who want a seat, one asks the ledger, the others wait
/// for what it says.
///
/// Whoever wants several seats goes through their lines in the order of the seats' ids, so two requests never
/// wait for each other.
final class SeatLines: Sendable {
    /// Why a waiting request is called.
    enum Call: Sendable {
        /// The seat is this request's to ask for.
        case yourTurn
        /// The ledger has said that the seat is taken: look, and go, or stand in line again.
        case lookAgain
    }

    enum Place {
        case first
        case behind(Waiting<Call>)
        /// More wait already than there is room for.
        case noRoom
    }

    /// A line of those who wait behind the one whose turn it is.
    private struct Line {
        var waiting: [Waiting<Call>] = []
        var next = 0

        mutating func popFirst() -> Waiting<Call>? {
            guard next < waiting.count else { return nil }
            defer {
                next += 1
                // A line that never ends must not keep all who ever stood in it.
                if next > 64, next * 2 > waiting.count {
                    waiting.removeFirst(next)
                    next = 0
                }
            }
            return waiting[next]
        }
    }

    private struct State {
        var lines: [SeatKey: Line] = [:]
        var waitingCount = 0
    }

    private let maxWaiting: Int
    private let state = Mutex(State())

    init(maxWaiting: Int) { self.maxWaiting = maxWaiting }

    func enter(_ seat: SeatKey) -> Place {
        state.withLock { state in
            guard state.lines[seat] != nil else {
                state.lines[seat] = Line()
                return .first
            }
            guard state.waitingCount < maxWaiting else { return .noRoom }
            let waiting = Waiting<Call>()
            state.lines[seat]?.waiting.append(waiting)
            state.waitingCount += 1
            return .behind(waiting)
        }
    }

    /// To be called once by whoever was first, or was told that it is its turn.
    func leave(_ seat: SeatKey, isTaken: Bool) {
        guard isTaken else { return callNext(seat) }
        let waiting: ArraySlice<Waiting<Call>> = state.withLock { state in
            guard let line = state.lines.removeValue(forKey: seat) else { return [] }
            state.waitingCount -= line.waiting.count - line.next
            return line.waiting[line.next...]
        }
        for request in waiting { _ = request.end(with: .lookAgain) }
    }

    /// How many stand in a line, those included whose time is up and who have not been passed over yet.
    var waitingCount: Int { state.withLock { $0.waitingCount } }

    /// Those whose time is up hear nothing of their turn, so it goes on to the one behind them.
    private func callNext(_ seat: SeatKey) {
        while let request = popFirst(seat) {
            if request.end(with: .yourTurn) { return }
        }
    }

    /// Nil when nobody waits; the line is gone then.
    private func popFirst(_ seat: SeatKey) -> Waiting<Call>? {
        state.withLock { state in
            guard let request = state.lines[seat]?.popFirst() else {
                state.lines[seat] = nil
                return nil
            }
            state.waitingCount -= 1
            return request
        }
    }
}
