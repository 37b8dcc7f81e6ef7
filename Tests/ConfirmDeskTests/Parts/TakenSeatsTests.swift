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

    private let held = [SeatConflict(seat: .named("A-1-1"), availability: .held)]
    private let sold = [SeatConflict(seat: .named("A-1-1"), availability: .sold)]

    @Test("refuse others to the end of the hold, and never the owner")
    func hold() {
        let seats = TakenSeats(capacity: 100)
        seats.noteHeld(by: ana, callBegan: seats.mark(), now: now)
        let newcomer = seats.mark()
        #expect(look(seats, newcomer) == .taken(held, ownersAreKnown: true))
        #expect(look(seats, newcomer, as: ana.id) == .own)
        #expect(look(seats, newcomer, afterMs: 399) == .taken(held, ownersAreKnown: true))
        #expect(look(seats, newcomer, afterMs: 400) == .nothing)
    }

    @Test("of an unknown hold refuse only those who came before the question was asked")
    func unknownHold() {
        let seats = TakenSeats(capacity: 100)
        let early = seats.mark()
        let call = seats.mark()
        let late = seats.mark()
        seats.noteTaken(held, of: event, callBegan: call, now: now)
        #expect(look(seats, early) == .taken(held, ownersAreKnown: false))
        #expect(look(seats, late) == .nothing)
    }

    @Test("that are sold refuse for a second")
    func soldSeats() {
        let seats = TakenSeats(capacity: 100)
        seats.noteTaken(sold, of: event, callBegan: seats.mark(), now: now)
        let newcomer = seats.mark()
        #expect(look(seats, newcomer, afterMs: 999) == .taken(sold, ownersAreKnown: false))
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
        #expect(look(seats, seats.mark()) == .taken(held, ownersAreKnown: true))
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
