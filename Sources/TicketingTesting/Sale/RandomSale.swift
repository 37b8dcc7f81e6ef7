import Ticketing

/// Draws what buyers, workers and the clock might do next: sensible steps, and those that have to be refused.
package struct RandomSale {
    package static let seatsPerBuyer = 5
    private static let holdMs: Int64 = 1000
    /// Steps aim at the latest intents, or most of them would hit intents that ended long ago.
    private static let rememberedIntents = 10

    private let randomness: SeededRandomness
    private let event: EventID
    private let seats: [ChosenSeat]
    private let buyers: [BuyerID]
    private let prefix: String
    private var recent: [PaymentIntent] = []
    private var drawnIntents = 0

    /// Sales in one ledger need different prefixes (lower-case letters): they keep their intents apart.
    package init(randomness: SeededRandomness, map: SeatMap, event: EventID, prefix: String, buyerCount: Int)
    {
        self.randomness = randomness
        self.event = event
        self.prefix = prefix
        seats = map.seats.filter { !$0.isBlocked }.map {
            ChosenSeat(id: $0.id, section: $0.section, price: .won(10_000))
        }
        buyers = (0..<buyerCount).map { .named("\(prefix)-buyer-\($0)") }
    }

    package mutating func nextStep(now: Timestamp) -> SaleStep {
        let draw = randomness.below(100)
        if recent.isEmpty || draw < 35 { return .open(freshIntent(now), seatsPerBuyer: Self.seatsPerBuyer) }
        let intent = randomness.element(of: recent)
        switch draw {
        case ..<41: return .open(sameKey(as: intent, now), seatsPerBuyer: Self.seatsPerBuyer)
        case ..<60: return .claim(intent.id)
        case ..<80: return .settle(intent.id, settlement(of: intent))
        case ..<90:
            return .cancel(
                intent.id, buyer: randomness.chance(80) ? intent.buyer : randomness.element(of: buyers))
        case ..<92: return .claim(unknownIntent)
        default: return .wait(ms: Int64(randomness.below(Int(Self.holdMs))))
        }
    }

    private mutating func freshIntent(_ now: Timestamp) -> PaymentIntent {
        drawnIntents += 1
        let intent = drawn(
            id: .named("pi_\(prefix)\(Base32.encode(UInt64(drawnIntents).littleEndianBytes))"),
            buyer: randomness.element(of: buyers), fingerprint: 1, now: now)
        recent.append(intent)
        if recent.count > Self.rememberedIntents { recent.removeFirst() }
        return intent
    }

    /// A replay, a reused key, or the very same call once more.
    private func sameKey(as intent: PaymentIntent, _ now: Timestamp) -> PaymentIntent {
        switch randomness.below(3) {
        case 0: intent
        case 1: drawn(id: intent.id, buyer: intent.buyer, fingerprint: 1, now: now)
        default: drawn(id: intent.id, buyer: intent.buyer, fingerprint: 2, now: now)
        }
    }

    private func drawn(id: IntentID, buyer: BuyerID, fingerprint: UInt8, now: Timestamp) -> PaymentIntent {
        let first = randomness.below(seats.count)
        let count = min(1 + randomness.below(3), seats.count)
        // Neighbours, as people choose them: overlaps are common and no seat comes twice.
        let chosen = (0..<count).map { seats[(first + $0) % seats.count] }
        do {
            return try PaymentIntent(
                id: id, event: event, buyer: buyer, seats: chosen,
                payment: PaymentMethod(name: "sandbox", token: "tok_ok"),
                fingerprint: IdempotencyFingerprint(bytes: [UInt8](repeating: fingerprint, count: 32)),
                attempt: randomness.attempt(at: now), answer: [], createdAt: now,
                holdExpiresAt: now.adding(ms: 1 + Int64(randomness.below(Int(Self.holdMs)))))
        } catch {
            fatalError("a drawn intent is not well formed: \(error)")
        }
    }

    private func settlement(of intent: PaymentIntent) -> Settlement {
        switch randomness.below(10) {
        case ..<7: .confirmed(intent.prospectiveOrder)
        case ..<9: .declined
        default: .expired
        }
    }

    private var unknownIntent: IntentID { .named("pi_\(prefix)unknown") }
}

extension UInt64 {
    fileprivate var littleEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: self >> UInt64(8 * $0)) }
    }
}
