import Testing
import Ticketing
import TicketingTesting

@Suite("A payment intent")
struct PaymentIntentTests {
    private let now = SmallHall.opensAt
    private let fresh = IntentDraft("a", seats: ["A-1-1", "A-1-2"]).intent

    @Test("costs what its seats cost and begins pending")
    func begins() {
        #expect(fresh.amount == .won(180_000))
        #expect(fresh.state == .pending)
        #expect(fresh.order == nil && fresh.endedAt == nil)
    }

    @Test("once confirmed has an order and an end, and takes no further step")
    func confirmed() throws {
        var intent = fresh
        try intent.claim()
        #expect(intent.status == .pending)
        try intent.confirm(order: intent.prospectiveOrder, now: now)
        #expect(intent.order == OrderNumber(derivedFrom: intent.attempt))
        #expect(intent.endedAt == now)
        let end = intent
        #expect(throws: IntentTransitionError(step: .decline, from: .confirmed)) {
            try intent.decline(now: now)
        }
        #expect(throws: IntentTransitionError(step: .cancel, from: .confirmed)) {
            try intent.cancel(now: now)
        }
        #expect(throws: IntentTransitionError(step: .claim, from: .confirmed)) { try intent.claim() }
        #expect(intent == end)
    }

    @Test("is not cancelled after a claim, nor confirmed or declined before one")
    func order() throws {
        var intent = fresh
        #expect(throws: IntentTransitionError.self) {
            try intent.confirm(order: intent.prospectiveOrder, now: now)
        }
        #expect(throws: IntentTransitionError.self) { try intent.decline(now: now) }
        try intent.claim()
        #expect(throws: IntentTransitionError.self) { try intent.cancel(now: now) }
        try intent.expire(now: now)
        #expect(intent.status == .expired)
    }

    @Test("a transition error says whether the state was final")
    func errorCodes() {
        #expect(IntentTransitionError(step: .claim, from: .expired).code == .alreadyFinal)
        #expect(IntentTransitionError(step: .decline, from: .pending).code == .wrongState)
        #expect(IntentTransitionError(step: .cancel, from: .claimed).message.contains("claimed"))
    }

    @Test("is read back from a store only when state, order and end fit together")
    func restored() throws {
        let number = fresh.prospectiveOrder
        #expect(try fresh.restored(state: .confirmed, order: number, endedAt: now).state == .confirmed)
        #expect(try fresh.restored(state: .claimed, order: nil, endedAt: nil).state == .claimed)
        #expect(throws: InvalidValue.self) { try fresh.restored(state: .confirmed, order: nil, endedAt: now) }
        #expect(throws: InvalidValue.self) {
            try fresh.restored(state: .declined, order: number, endedAt: now)
        }
        #expect(throws: InvalidValue.self) { try fresh.restored(state: .expired, order: nil, endedAt: nil) }
        #expect(throws: InvalidValue.self) { try fresh.restored(state: .pending, order: nil, endedAt: now) }
    }

    @Test("needs seats, each once, and a hold that ends after its beginning")
    func malformed() {
        #expect(throws: InvalidValue.self) { try copy(seats: []) }
        #expect(throws: InvalidValue.self) { try copy(seats: fresh.seats + fresh.seats) }
        #expect(throws: InvalidValue.self) { try copy(seats: fresh.seats, holdExpiresAt: fresh.createdAt) }
    }

    private func copy(seats: [ChosenSeat], holdExpiresAt: Timestamp? = nil) throws -> PaymentIntent {
        try PaymentIntent(
            id: fresh.id, event: fresh.event, buyer: fresh.buyer, seats: seats, payment: fresh.payment,
            fingerprint: fresh.fingerprint, attempt: fresh.attempt, answer: fresh.answer,
            createdAt: fresh.createdAt, holdExpiresAt: holdExpiresAt ?? fresh.holdExpiresAt)
    }
}
