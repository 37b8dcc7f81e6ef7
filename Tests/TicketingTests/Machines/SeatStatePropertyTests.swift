import Testing
import Ticketing
import TicketingTesting

@Suite("A seat, whatever happens to it")
struct SeatStatePropertyTests {
    private enum Step {
        case hold(until: Timestamp)
        case claim
        case sell
        case free(SeatRelease)
    }

    private static let owners: [IntentID] = [.named("pi_a"), .named("pi_b"), .named("pi_c")]
    private static let order = OrderNumber.named("ABCD-EFGH-IJKL-MNOP")

    @Test("takes only legal steps, and only its owner's", arguments: UInt64(0)..<4)
    func randomSteps(seed: UInt64) {
        let randomness = SeededRandomness(seed: seed)
        var now = SmallHall.opensAt
        var seat = SeatState.free
        var visited: Set<String> = []
        for _ in 0..<150_000 {
            if randomness.chance(30) { now = now.adding(ms: Int64(randomness.below(50))) }
            let owner = randomness.element(of: Self.owners)
            let step = Self.drawStep(randomness, now)
            let next = try? Self.apply(step, to: seat, by: owner, now: now)
            guard Self.isLegal(from: seat, to: next, by: owner, step, now: now) else {
                Issue.record("\(step) by \(owner) at \(now) took \(seat) to \(String(describing: next))")
                return
            }
            seat = next ?? seat
            visited.insert(Self.name(seat))
            // A sold seat stays sold: look at it for a while, then start another.
            if case .sold = seat, randomness.chance(5) { seat = .free }
        }
        #expect(visited == ["free", "held", "selling", "sold"])
    }

    private static func drawStep(_ randomness: SeededRandomness, _ now: Timestamp) -> Step {
        switch randomness.below(8) {
        case 0...1: .hold(until: now.adding(ms: Int64(randomness.below(100)) - 5))
        case 2...3: .claim
        case 4...5: .sell
        default: .free(randomness.element(of: SeatRelease.allCases))
        }
    }

    private static func apply(
        _ step: Step, to seat: SeatState, by owner: IntentID, now: Timestamp
    ) throws(SeatTransitionError) -> SeatState {
        switch step {
        case .hold(let until): try seat.held(by: owner, until: until, now: now)
        case .claim: try seat.claimed(by: owner)
        case .sell: try seat.sold(by: owner, order: order)
        case .free(let reason): try seat.freed(by: owner, because: reason)
        }
    }

    /// The rules once more, as a table of what must come of each step; nil is a refusal.
    private static func isLegal(
        from: SeatState, to: SeatState?, by owner: IntentID, _ step: Step, now: Timestamp
    ) -> Bool {
        let expected: SeatState? =
            switch (from, step) {
            case (.free, .hold(let until)) where until > now: .held(owner: owner, expiresAt: until)
            case (.held(let other, let end), .hold(let until))
            where other != owner && end <= now && until > now:
                .held(owner: owner, expiresAt: until)
            case (.held(owner, _), .claim): .selling(owner: owner)
            case (.selling(owner), .sell): .sold(owner: owner, order: order)
            case (.held(owner, _), .free(.cancelled)), (.held(owner, _), .free(.expired)): .free
            case (.selling(owner), .free(.declined)), (.selling(owner), .free(.expired)): .free
            default: nil
            }
        return to == expected
    }

    private static func name(_ seat: SeatState) -> String {
        switch seat {
        case .free: "free"
        case .held: "held"
        case .selling: "selling"
        case .sold: "sold"
        }
    }
}
