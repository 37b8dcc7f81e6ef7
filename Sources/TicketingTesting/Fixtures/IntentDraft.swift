import Ticketing

/// A drafted intent with everything filled in that a test does not care about.
///
/// `key` plays the idempotency key: the same key and buyer make the same id.
package struct IntentDraft: Sendable {
    package var hall: SmallHall
    package var key: String
    package var buyer: BuyerID
    package var seats: [String]
    package var createdAt: Timestamp
    package var holdMs: Int64
    /// Tells two requests under one key apart.
    package var fingerprint: UInt8
    package var attempt: Attempt

    /// Keys and buyers are lower-case letters: they become part of the id. `call` numbers the calls under one
    /// key: each draws its own attempt, as each HTTP request does.
    package init(
        _ key: String, buyer: String = "ana", seats: [String], in hall: SmallHall = SmallHall(),
        at createdAt: Timestamp = SmallHall.opensAt, holdMs: Int64 = SmallHall.holdMs,
        fingerprint: UInt8 = 1, call: UInt64 = 0
    ) {
        self.hall = hall
        self.key = key
        self.buyer = .named(buyer)
        self.seats = seats
        self.createdAt = createdAt
        self.holdMs = holdMs
        self.fingerprint = fingerprint
        attempt = Attempt(high: Self.mixed("\(hall.event).\(buyer).\(key)"), low: call)
    }

    package var id: IntentID { .named("pi_\(buyer.text)\(key)") }

    package var intent: PaymentIntent {
        do {
            return try PaymentIntent(
                id: id, event: hall.event, buyer: buyer,
                seats: seats.map { seat in
                    ChosenSeat(
                        id: .named(seat), section: .named(String(seat.prefix(1))),
                        price: .won(seat.hasPrefix("A-1-") ? 90_000 : 50_000))
                },
                payment: PaymentMethod(name: "sandbox", token: "tok_ok"),
                fingerprint: IdempotencyFingerprint(bytes: [UInt8](repeating: fingerprint, count: 32)),
                attempt: attempt, answer: Array("{\"id\":\"\(id)\",\"call\":\(attempt)}".utf8),
                createdAt: createdAt, holdExpiresAt: createdAt.adding(ms: holdMs))
        } catch {
            fatalError("the draft \(key) is not well formed: \(error)")
        }
    }

    /// Any spread will do; it must only be the same in every process.
    private static func mixed(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
