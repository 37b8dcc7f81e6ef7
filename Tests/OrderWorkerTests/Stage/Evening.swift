import OrderWorker
import Ticketing
import TicketingTesting

/// A few purchases that between them take every way through the worker, for tests that break something at
/// each call in turn.
struct Evening {
    /// Every intent with the state it has to end in.
    private(set) var endings: [(intent: PaymentIntent, state: IntentState)] = []

    init(on stage: Stage) async throws {
        try await add(stage, "pair", ["A-1-1", "A-1-2"], "tok_ok", .confirmed)
        try await add(stage, "no", ["A-1-3"], "tok_declined", .declined)
        try await add(stage, "retry", ["A-2-2"], "tok_retry", .confirmed)
        try await add(stage, "lost", ["A-2-3"], "tok_unknown", .confirmed)

        let cancelled = try await stage.open("quit", buyer: "quit", seats: ["A-1-4"])
        _ = try await stage.ledger.cancel(cancelled.id, buyer: cancelled.buyer, now: stage.clock.now())
        endings.append((cancelled, .cancelled))

        // The first buyer's hold has ended and a second one has the seat; both messages are in the queue.
        let late = try await stage.open("late", buyer: "late", seats: ["A-2-1", "B-1-1"], holdMs: 1_000)
        try await stage.clock.sleep(ms: 2_000)
        try await add(stage, "next", ["A-2-1"], "tok_ok", .confirmed)
        endings.append((late, .expired))

        // A message twice, as a redrive or a lost answer leaves it.
        try await stage.send(endings[0].intent.id, again: 1)
        try await stage.send(endings[1].intent.id, again: 1)
    }

    private mutating func add(
        _ stage: Stage, _ name: String, _ seats: [String], _ token: String, _ state: IntentState
    ) async throws {
        let intent = try await stage.open(name, buyer: name, seats: seats, token: token)
        endings.append((intent, state))
    }

    /// What is wrong once everything has ended.
    func violations(on stage: Stage) async throws -> [String] {
        var violations = try await GuaranteeAudit(stage).violations
        for (intent, state) in endings {
            let found = stage.ledger.snapshot.intent(intent.id)?.state
            if found != state {
                violations.append("\(intent.id) is \(found.map { "\($0)" } ?? "gone"), not \(state)")
            }
        }
        if let late = endings.first(where: { $0.state == .expired }) {
            let captures = stage.gateway.accounts.captureCount(of: late.intent.attempt)
            if captures != 0 { violations.append("the buyer who was too late was charged") }
        }
        return violations
    }
}
