/// What a confirmed intent ends as.
package struct Order: Hashable, Sendable {
    package let number: OrderNumber
    package let intent: IntentID
    package let event: EventID
    package let buyer: BuyerID
    package let amount: Money
    /// The gateway's own name for the capture, for whoever has to look it up there.
    package let paymentReference: String
    package let placedAt: Timestamp
    /// In the buyer's order.
    package let tickets: [Ticket]

    package init(
        number: OrderNumber, intent: IntentID, event: EventID, buyer: BuyerID, amount: Money,
        paymentReference: String, placedAt: Timestamp, tickets: [Ticket]
    ) throws(InvalidValue) {
        guard !tickets.isEmpty else {
            throw InvalidValue(.empty, field: "tickets", message: "must not be empty")
        }
        guard Set(tickets.map(\.seat)).count == tickets.count else {
            throw InvalidValue(.repeated, field: "tickets", message: "must be for different seats")
        }
        self.number = number
        self.intent = intent
        self.event = event
        self.buyer = buyer
        self.amount = amount
        self.paymentReference = paymentReference
        self.placedAt = placedAt
        self.tickets = tickets
    }
}
