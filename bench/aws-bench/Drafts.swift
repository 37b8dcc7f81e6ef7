import Glibc
import Ticketing

/// Intents as a desk drafts them, no two for the same seat or buyer.
enum Drafts {
    static func id(_ number: UInt64) throws -> IntentID {
        try IntentID(digest: (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0 % 8))) })
    }

    static func intent(_ number: UInt64) throws -> PaymentIntent {
        let id = try id(number)
        let now = MachineClock().now()
        let seat = ChosenSeat(
            id: try SeatID("S-\(number)"), section: try SectionID("sec-\(number % 64)"),
            price: try Money(minorUnits: 90_000, currency: Currency("KRW")))
        let answer =
            "{\"id\":\"\(id)\",\"status\":\"pending\",\"event\":\"bench\",\"seats\":[\"\(seat.id)\"],\"amount\":"
            + "{\"value\":90000,\"currency\":\"KRW\"},\"order\":null,\"expiresAt\":\"2026-11-21T10:00:00.000Z\","
            + "\"serverTime\":\"2026-11-21T09:50:00.000Z\"}"
        return try PaymentIntent(
            id: id, event: EventID("bench"), buyer: BuyerID("b_\(number)"), seats: [seat],
            payment: PaymentMethod(name: "sandbox", token: "tok_ok"),
            fingerprint: IdempotencyFingerprint(bytes: [UInt8](repeating: 7, count: 32)),
            attempt: Attempt(high: .random(in: .min ... .max), low: number), answer: Array(answer.utf8),
            createdAt: now, holdExpiresAt: now.adding(seconds: 600))
    }
}
