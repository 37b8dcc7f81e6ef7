import HTTP
import Telemetry
import Ticketing

/// Takes a purchase through the lines before its seats.
///
/// Each loop has its own; the lines are those of the process.
final class SeatTurns {
    private let lines: SeatLines
    private let room: WaitingRoom
    private let metrics: DeskMetrics

    init(lines: SeatLines, room: WaitingRoom, metrics: DeskMetrics) {
        self.lines = lines
        self.room = room
        self.metrics = metrics
    }

    /// Nil when the purchase is first in all its lines: then `leave` has to follow. Otherwise it stands in none.
    ///
    /// `look` is asked when the ledger has said something about a seat that was waited for; it throws when the
    /// seat is gone, and gives the outcome when that was this very purchase.
    func take(
        _ purchase: Purchase,
        look: nonisolated(nonsending) () async throws(Problem) -> PurchaseOutcome?
    ) async throws(Problem) -> PurchaseOutcome? {
        let seats = Self.inOrder(purchase.request)
        for (index, seat) in seats.enumerated() {
            do throws(Problem) {
                guard let outcome = try await takeTurn(at: seat, purchase, look) else { continue }
                leave(seats[..<index])
                return outcome
            } catch {
                leave(seats[..<index])
                throw error
            }
        }
        return nil
    }

    func leave(_ request: PurchaseRequest, taken: [SeatID]) {
        for seat in Self.inOrder(request) { lines.leave(seat, isTaken: taken.contains(seat.seat)) }
    }

    private func takeTurn(
        at seat: SeatKey, _ purchase: Purchase,
        _ look: nonisolated(nonsending) () async throws(Problem) -> PurchaseOutcome?
    ) async throws(Problem) -> PurchaseOutcome? {
        while true {
            switch lines.enter(seat) {
            case .first: return nil
            case .noRoom: throw .waitedTooLong
            case .behind(let waiting):
                metrics.contendersWaiting.add(1)
                let call = await room.wait(waiting, until: purchase.deadline)
                metrics.contendersWaiting.add(-1)
                switch call {
                case nil: throw .waitedTooLong
                case .yourTurn: return nil
                case .lookAgain: if let outcome = try await look() { return outcome }
                }
            }
        }
    }

    private func leave(_ seats: ArraySlice<SeatKey>) {
        for seat in seats { lines.leave(seat, isTaken: false) }
    }

    /// The same order for everybody: two purchases that want the same two seats cannot each have one of them
    /// and wait for the other.
    private static func inOrder(_ request: PurchaseRequest) -> [SeatKey] {
        let seats = request.seats.count > 1 ? request.seats.sorted() : request.seats
        return seats.map { SeatKey(event: request.event, seat: $0) }
    }
}
