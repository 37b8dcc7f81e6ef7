import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@Suite("Seats seen taken", .timeLimit(.minutes(1)))
struct TakenSeatsTests {
    private let now = SmallHall.opensAt
    private let event = SmallHall().event
    private let ana = IntentDraft("k", buyer: "ana", seats: ["A-1-1", "A-1-2"], holdMs: 400).intent
    private let other = IntentID.named("pi_other")

    private func look(
        _ seats: TakenSeats, _ arrival: TakenSeats.Mark, as intent: IntentID? = nil, afterMs: Int64 = 0
    ) -> TakenSeats.Finding {
        seats.look(
            at: [.named("A-1-1")], of: event, for: intent ?? other, arrivedAt: arrival,
            now: now.adding(ms: afterMs))
    }

    private var held: [SeatConflict] { conflict(.held(by: ana.id, until: ana.holdExpiresAt)) }
    private var sold: [SeatConflict] { conflict(.sold(to: ana.id)) }

    private func conflict(_ obstacle: SeatObstacle) -> [SeatConflict] {
        [SeatConflict(seat: .named("A-1-1"), obstacle: obstacle)]
    }

    @Test("refuse others to the end of the hold, and never the owner")
    func hold() {
        let seats = TakenSeats(capacity: 100)
        seats.noteHeld(by: ana, callBegan: seats.mark(), now: now)
        let newcomer = seats.mark()
        #expect(look(seats, newcomer) == .taken(held))
        #expect(look(seats, newcomer, as: ana.id) == .own)
        #expect(look(seats, newcomer, afterMs: 399) == .taken(held))
        #expect(look(seats, newcomer, afterMs: 400) == .nothing)
    }

    @Test("by another process refuse to the end of its hold, at most a second, and never their owner")
    func heldElsewhere() {
        let seats = TakenSeats(capacity: 100)
        seats.noteTaken(held, of: event, callBegan: seats.mark(), now: now)
        let newcomer = seats.mark()
        #expect(look(seats, newcomer, afterMs: 399) == .taken(held))
        #expect(look(seats, newcomer, as: ana.id, afterMs: 399) == .own)
        #expect(look(seats, newcomer, afterMs: 400) == .nothing)
        let long = conflict(.held(by: ana.id, until: now.adding(ms: 60_000)))
        seats.noteTaken(long, of: event, callBegan: seats.mark(), now: now)
        #expect(look(seats, newcomer, afterMs: 999) == .taken(long))
        #expect(look(seats, seats.mark(), afterMs: 1_000) == .nothing)
    }

    @Test("refuse whoever came before the question was asked, however long the answer took")
    func cameBefore() {
        let seats = TakenSeats(capacity: 100)
        let early = seats.mark()
        seats.noteTaken(held, of: event, callBegan: seats.mark(), now: now)
        #expect(look(seats, early, afterMs: 5_000) == .taken(held))
        #expect(look(seats, seats.mark(), afterMs: 5_000) == .nothing)
    }

    @Test("that are being paid for refuse for a second: their hold's end frees nothing")
    func sellingSeats() {
        let seats = TakenSeats(capacity: 100)
        let selling = conflict(.selling(by: ana.id))
        seats.noteTaken(selling, of: event, callBegan: seats.mark(), now: now)
        #expect(look(seats, seats.mark(), afterMs: 999) == .taken(selling))
        #expect(look(seats, seats.mark(), afterMs: 1_000) == .nothing)
    }

    @Test("by another intent than the one that is cancelled stay remembered")
    func othersCancel() {
        let seats = TakenSeats(capacity: 100)
        let others = conflict(.held(by: other, until: now.adding(ms: 5_000)))
        seats.noteTaken(others, of: event, callBegan: seats.mark(), now: now)
        seats.noteCancelled(ana)
        #expect(look(seats, seats.mark(), as: ana.id) == .taken(others))
    }

    @Test("that are sold refuse for a second")
    func soldSeats() {
        let seats = TakenSeats(capacity: 100)
        seats.noteTaken(sold, of: event, callBegan: seats.mark(), now: now)
        let newcomer = seats.mark()
        #expect(look(seats, newcomer, afterMs: 999) == .taken(sold))
        #expect(look(seats, newcomer, afterMs: 1_000) == .nothing)
    }

    @Test("by a hold that was cancelled while the ledger's answer was on its way are not remembered")
    func cancelledMeanwhile() {
        let seats = TakenSeats(capacity: 100)
        let call = seats.mark()
        seats.noteCancelled(ana)
        seats.noteHeld(by: ana, callBegan: call, now: now)
        seats.noteTaken(sold, of: event, callBegan: call, now: now)
        #expect(look(seats, seats.mark()) == .nothing)
        seats.noteHeld(by: ana, callBegan: seats.mark(), now: now)
        #expect(look(seats, seats.mark()) == .taken(held))
    }

    @Test("are of one event and not of its neighbour with the same seats")
    func otherEvent() {
        let seats = TakenSeats(capacity: 100)
        seats.noteHeld(by: ana, callBegan: seats.mark(), now: now)
        let elsewhere = seats.look(
            at: [.named("A-1-1")], of: .named("other-hall"), for: other, arrivedAt: seats.mark(), now: now)
        #expect(elsewhere == .nothing)
    }
}
