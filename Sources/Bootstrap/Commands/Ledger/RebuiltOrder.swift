import Cryptography
import Ticketing

/// One order on its way back into a ledger that has lost it: opened, claimed and confirmed like any other, so that every
/// adapter's own conditions hold for it too.
struct RebuiltOrder {
    enum Outcome: Equatable {
        /// The ledger has it, confirmed.
        case present
        case written
        case failed(String)
    }

    private static let everySeat = SaleLimits.seatsPerBuyerRange.upperBound

    private let order: Order

    init(_ order: Order) { self.order = order }

    func bring(
        into ledger: any SeatLedger, isDryRun: Bool, clock: any WallClock
    ) async throws(PortError) -> Outcome {
        if let stored = try await ledger.intent(order.intent) {
            switch stored.state {
            case .confirmed: return .present
            case .pending, .claimed: break
            case .declined, .cancelled, .expired:
                return .failed(
                    "its intent has ended as \(stored.state) in the ledger: restore to an earlier moment")
            }
        } else if !isDryRun {
            if let obstacle = try await open(in: ledger, now: clock.now()) { return .failed(obstacle) }
        }
        guard !isDryRun else { return .written }
        switch try await ledger.claim(order.intent, now: clock.now()) {
        case .claimed, .alreadyClaimed: break
        case .expired: return .failed("its seats were held by somebody else meanwhile")
        case .alreadyFinal(let intent):
            return intent.state == .confirmed ? .present : .failed("it has just ended")
        case .unknown: return .failed("the ledger does not have what it was just given")
        }
        switch try await ledger.settle(order.intent, as: .confirmed(order.number), now: clock.now()) {
        case .settled: return .written
        case .alreadyFinal(let intent):
            return intent.state == .confirmed ? .present : .failed("it has just ended as \(intent.state)")
        case .seatsLost(let seats):
            return .failed("somebody else has \(seats.map(\.text).joined(separator: ", "))")
        case .notClaimed, .unknown:
            return .failed("somebody else changed it meanwhile: are the workers stopped?")
        }
    }

    /// What stands in the way, or nil.
    private func open(in ledger: any SeatLedger, now: Timestamp) async throws(PortError) -> String? {
        // The limit was kept when it was bought, and may have been lowered since.
        switch try await ledger.open(try intent(now), seatsPerBuyer: Self.everySeat, now: now) {
        case .opened, .replayed: return nil
        case .keyReused: return "another intent has its id"
        case .refused(.seatUnavailable(let conflicts)):
            return "somebody else has \(conflicts.map(\.seat.text).joined(separator: ", "))"
        case .refused(let refusal): return "\(refusal)"
        }
    }

    /// The intent as far as the order knows it. Fingerprint and answer are lost with the ledger; a hash of the intent's id
    /// stands in, so that the same order always comes to the same intent.
    private func intent(_ now: Timestamp) throws(PortError) -> PaymentIntent {
        var hash = SHA256()
        let digest = hash.digest(Array("rebuilt \(order.intent.text)".utf8)).bytes
        do throws(InvalidValue) {
            return try PaymentIntent(
                id: order.intent, event: order.event, buyer: order.buyer,
                seats: order.tickets.map { ChosenSeat(id: $0.seat, section: $0.section, price: $0.price) },
                payment: PaymentMethod(name: "rebuilt", token: "rebuilt"),
                fingerprint: IdempotencyFingerprint(bytes: digest),
                attempt: Attempt(bytes: digest.prefix(16)),
                answer: Array("{}".utf8), createdAt: now, holdExpiresAt: now.adding(seconds: 3_600))
        } catch {
            throw PortError(.corrupt, "order \(order.number): \(error)")
        }
    }
}
