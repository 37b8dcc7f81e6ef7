import Cryptography
import Ticketing

/// Makes the codes that the door scans: `T1.` and, in URL-safe Base64, the seat, the order's number and an
/// Ed25519 signature over both and the event.
///
/// The event is signed and not carried: the scanner knows at which door it stands, and the code of the
/// longest seat id still fits the largest QR code printed. Ed25519 draws no random numbers, so the same
/// attempt makes the same code at every worker.
package struct TicketCodes: ~Copyable {
    private var key: Ed25519SigningKey

    package init(seed: [UInt8]) throws(InvalidValue) {
        guard let key = Ed25519SigningKey(seed: seed) else {
            throw InvalidValue(
                .badForm, field: "ticket key", message: "must have \(Ed25519SigningKey.seedLength) bytes")
        }
        self.key = key
    }

    /// What scanners are given.
    package var publicKey: [UInt8] { key.publicKey }

    package mutating func code(
        seat: SeatID, event: EventID, attempt: Attempt
    ) throws(InvalidValue) -> TicketCode {
        let content = TicketContent(seat: seat, numberBytes: Array(attempt.bytes.prefix(10)))
        let signature = key.sign(content.signedBytes(event))
        return try TicketCode(TicketContent.prefix + Base64.url.encode(content.bytes + signature))
    }

    /// The order an intent ends as; everything in it but the moment follows from the intent.
    mutating func order(
        for intent: PaymentIntent, paymentReference: String, now: Timestamp
    ) throws(InvalidValue) -> Order {
        var tickets: [Ticket] = []
        tickets.reserveCapacity(intent.seats.count)
        for seat in intent.seats {
            let code = try code(seat: seat.id, event: intent.event, attempt: intent.attempt)
            tickets.append(Ticket(code: code, seat: seat.id, section: seat.section, price: seat.price))
        }
        return try Order(
            number: intent.prospectiveOrder, intent: intent.id, event: intent.event, buyer: intent.buyer,
            amount: intent.amount, paymentReference: paymentReference, placedAt: now, tickets: tickets)
    }
}
