/// A buyer's choice of seats on its way to an order, with everything the store keeps of it.
package struct PaymentIntent: Hashable, Sendable {
    package let id: IntentID
    package let event: EventID
    package let buyer: BuyerID
    /// In the buyer's order.
    package let seats: [ChosenSeat]
    package let amount: Money
    package let payment: PaymentMethod
    package let fingerprint: IdempotencyFingerprint
    package let attempt: Attempt
    /// The body of the 201, byte for byte: every replay gets these.
    package let answer: [UInt8]
    package let createdAt: Timestamp
    package let holdExpiresAt: Timestamp
    package private(set) var state: IntentState
    /// Only a confirmed intent has one.
    package private(set) var order: OrderNumber?
    /// When it became final; retention counts from here.
    package private(set) var endedAt: Timestamp?

    /// A new intent, not stored yet.
    package init(
        id: IntentID, event: EventID, buyer: BuyerID, seats: [ChosenSeat], payment: PaymentMethod,
        fingerprint: IdempotencyFingerprint, attempt: Attempt, answer: [UInt8], createdAt: Timestamp,
        holdExpiresAt: Timestamp
    ) throws(InvalidValue) {
        guard createdAt < holdExpiresAt else {
            throw InvalidValue(.outOfRange, field: "holdExpiresAt", message: "must be later than createdAt")
        }
        guard seats.count <= SaleLimits.seatsPerIntentRange.upperBound else {
            throw InvalidValue(.tooLong, field: "seats", message: "are more than any intent may have")
        }
        guard Set(seats.map(\.id)).count == seats.count else {
            throw InvalidValue(.repeated, field: "seats", message: "must be different seats")
        }
        self.id = id
        self.event = event
        self.buyer = buyer
        self.seats = seats
        amount = try Self.amount(of: seats)
        self.payment = payment
        self.fingerprint = fingerprint
        self.attempt = attempt
        self.answer = answer
        self.createdAt = createdAt
        self.holdExpiresAt = holdExpiresAt
        state = .pending
    }

    /// What the seats cost together. A desk needs it before it can draft the intent with its answer.
    package static func amount(of seats: [ChosenSeat]) throws(InvalidValue) -> Money {
        guard let first = seats.first else {
            throw InvalidValue(.empty, field: "seats", message: "must not be empty")
        }
        var amount = first.price
        for seat in seats.dropFirst() { amount = try amount.adding(seat.price) }
        return amount
    }

    /// The same intent as a store read it back, in the state it has there.
    package func restored(
        state: IntentState, order: OrderNumber?, endedAt: Timestamp?
    ) throws(InvalidValue) -> PaymentIntent {
        guard (state == .confirmed) == (order != nil), state.isFinal == (endedAt != nil) else {
            throw InvalidValue(
                .badForm, field: "intent \(id)", message: "its state, order and end do not fit together")
        }
        var copy = self
        copy.state = state
        copy.order = order
        copy.endedAt = endedAt
        return copy
    }

    package mutating func claim() throws(IntentTransitionError) {
        state = try state.after(.claim)
    }

    package mutating func confirm(order: OrderNumber, now: Timestamp) throws(IntentTransitionError) {
        state = try state.after(.confirm)
        self.order = order
        endedAt = now
    }

    package mutating func decline(now: Timestamp) throws(IntentTransitionError) {
        state = try state.after(.decline)
        endedAt = now
    }

    package mutating func cancel(now: Timestamp) throws(IntentTransitionError) {
        state = try state.after(.cancel)
        endedAt = now
    }

    package mutating func expire(now: Timestamp) throws(IntentTransitionError) {
        state = try state.after(.expire)
        endedAt = now
    }

    package var status: IntentStatus { state.status }

    /// The order's number if it comes to one; derived, so that every worker makes the same.
    package var prospectiveOrder: OrderNumber { OrderNumber(derivedFrom: attempt) }
}
