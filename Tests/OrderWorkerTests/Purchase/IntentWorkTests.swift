import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("The work on an intent")
struct IntentWorkTests {
    private let pending = IntentDraft("a", seats: ["A-1-1"]).intent

    private var claimed: PaymentIntent {
        get throws {
            var intent = pending
            try intent.claim()
            return intent
        }
    }

    private func ended(_ settlement: Settlement) throws -> PaymentIntent {
        var intent = try claimed
        let now = SmallHall.opensAt
        switch settlement {
        case .confirmed(let order): try intent.confirm(order: order, now: now)
        case .declined: try intent.decline(now: now)
        case .expired: try intent.expire(now: now)
        }
        return intent
    }

    /// Work that has been claimed and waits for the gateway.
    private func charging() throws -> IntentWork {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        _ = work.claimed(.claimed(try claimed))
        return work
    }

    private func deciding(_ outcome: ChargeOutcome) throws -> IntentWork {
        var work = try charging()
        _ = work.charged(outcome)
        return work
    }

    @Test("goes from claim to charge, order, settlement and the end, in this order")
    func straightThrough() throws {
        var work = IntentWork(on: pending.id)
        #expect(work.begin().action == .claim(pending.id))
        let charge = Charge(
            attempt: pending.attempt, amount: pending.amount, payment: pending.payment,
            reference: pending.prospectiveOrder.text)
        #expect(work.claimed(.claimed(try claimed)).action == .charge(charge))
        #expect(
            work.charged(.captured(reference: "c1")).action
                == .decide(try claimed, .confirm(paymentReference: "c1")))
        let settlement = Settlement.confirmed(pending.prospectiveOrder)
        #expect(work.decided(.recorded).action == .settle(pending.id, settlement))
        #expect(work.settled(.settled(try ended(settlement))).action == .finish(.settled(.confirmed)))
    }

    @Test("asks the inbox before the gateway when somebody claimed the intent before")
    func readsTheInboxFirst() throws {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        #expect(work.claimed(.alreadyClaimed(try claimed)).action == .readOutcome(pending.attempt))
        guard case .charge = work.outcomeRead(nil).action else {
            Issue.record("undecided work goes on to the gateway")
            return
        }
    }

    @Test("settles what the inbox has confirmed, without asking for money again")
    func confirmedBefore() throws {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        _ = work.claimed(.alreadyClaimed(try claimed))
        #expect(
            work.outcomeRead(.confirmed).action
                == .settle(pending.id, .confirmed(pending.prospectiveOrder)))
    }

    @Test(
        "pays back before it frees the seats when the inbox has decided against the order",
        arguments: [(Outcome.declined, Settlement.declined), (.expired, .expired)])
    func decidedAgainstBefore(outcome: Outcome, settlement: Settlement) throws {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        _ = work.claimed(.alreadyClaimed(try claimed))
        #expect(work.outcomeRead(outcome).action == .reverse(pending.attempt))
        #expect(work.reversed(.voided).action == .settle(pending.id, settlement))
    }

    @Test("writes a decline to the inbox first and owes nothing back")
    func declined() throws {
        var work = try charging()
        #expect(
            work.charged(.declined(reason: "no money")).action
                == .decide(try claimed, .decline(reason: "no money")))
        #expect(work.decided(.recorded).action == .settle(pending.id, .declined))
    }

    @Test("declines when the gateway says that the payment was reversed")
    func reversedBefore() throws {
        var work = try charging()
        guard case .decide(_, .decline) = work.charged(.reversed).action else {
            Issue.record("a reversed payment is declined")
            return
        }
        #expect(work.decided(.alreadyDecided(.declined)).action == .settle(pending.id, .declined))
    }

    @Test(
        "pays back when it wakes up late and the inbox has decided otherwise",
        arguments: [
            (Outcome.declined, Settlement.declined), (.expired, .expired),
        ])
    func late(outcome: Outcome, settlement: Settlement) throws {
        var work = try deciding(.captured(reference: "c1"))
        #expect(work.decided(.alreadyDecided(outcome)).action == .reverse(pending.attempt))
        #expect(work.reversed(.refunded(pending.amount)).action == .settle(pending.id, settlement))
    }

    @Test("takes a repeated confirmation for its own")
    func confirmedTwice() throws {
        var work = try deciding(.captured(reference: "c1"))
        let step = work.decided(.alreadyDecided(.confirmed))
        #expect(step.action == .settle(pending.id, .confirmed(pending.prospectiveOrder)))
        #expect(step.alarm == nil)
    }

    @Test("rings the alarm when an order stands that nobody paid for")
    func confirmedWithoutPayment() throws {
        var work = try deciding(.declined(reason: "no money"))
        let step = work.decided(.alreadyDecided(.confirmed))
        #expect(step.alarm == .confirmedWithoutPayment(pending.id))
        #expect(step.action == .settle(pending.id, .confirmed(pending.prospectiveOrder)))
    }

    @Test("declines, pays back and rings the alarm when a seat has another order")
    func seatConflict() throws {
        var work = try deciding(.captured(reference: "c1"))
        let conflict = work.decided(.seatsAlreadySold([.named("A-1-1")]))
        #expect(conflict.alarm == .seatsAlreadySold(pending.id, [.named("A-1-1")]))
        guard case .decide(_, .decline) = conflict.action else {
            Issue.record("the outcome is written before the money goes back")
            return
        }
        #expect(work.decided(.recorded).action == .reverse(pending.attempt))
        #expect(work.reversed(.refunded(pending.amount)).action == .settle(pending.id, .declined))
    }

    @Test("ends without a charge when the claim finds the seats lost")
    func expired() throws {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        #expect(work.claimed(.expired(pending)).action == .finish(.expired))
    }

    @Test("finishes a confirmed intent at once, and makes sure that a declined one is not charged")
    func alreadyFinal() throws {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        let confirmed = try ended(.confirmed(pending.prospectiveOrder))
        #expect(work.claimed(.alreadyFinal(confirmed)).action == .finish(.alreadyFinal(.confirmed)))

        work = IntentWork(on: pending.id)
        _ = work.begin()
        let declined = try ended(.declined)
        #expect(work.claimed(.alreadyFinal(declined)).action == .reverse(pending.attempt))
        #expect(work.reversed(.voided).action == .finish(.alreadyFinal(.declined)))
    }

    @Test("rings the alarm when ledger and inbox disagree, and overwrites nothing")
    func endedOtherwise() throws {
        var work = try deciding(.captured(reference: "c1"))
        _ = work.decided(.recorded)
        let step = work.settled(.alreadyFinal(try ended(.declined)))
        #expect(step.alarm == .endedOtherwise(pending.id, decided: .confirmed, found: .declined))
        #expect(step.action == .finish(.alreadyFinal(.declined)))
    }

    @Test("fails with an alarm when the seats of its order are lost")
    func seatsLost() throws {
        var work = try deciding(.captured(reference: "c1"))
        _ = work.decided(.recorded)
        let step = work.settled(.seatsLost([.named("A-1-1")]))
        #expect(step.alarm == .seatsLost(pending.id, [.named("A-1-1")]))
        guard case .fail(.ledger, _) = step.action else {
            Issue.record("it has to come to somebody's eyes")
            return
        }
    }

    @Test("fails when the ledger does not know the intent")
    func unknown() {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        guard case .fail(.unknownIntent, _) = work.claimed(.unknown).action else {
            Issue.record("an unknown intent is a failure")
            return
        }
    }

    @Test("fails, and does nothing, when an answer comes that it has not asked for")
    func unexpectedAnswer() {
        var work = IntentWork(on: pending.id)
        _ = work.begin()
        guard case .fail(.internal, _) = work.charged(.captured(reference: "c1")).action else {
            Issue.record("an answer out of order must not lead to an order")
            return
        }
    }
}
