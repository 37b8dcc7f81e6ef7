import Ticketing

/// What every seat ledger must do. Time comes in with each call, so nothing here waits.
package enum SeatLedgerConformance {
    package typealias Check = ConformanceCheck<any SeatLedger>

    package static let checks: [Check] =
        opening + contention + holds + limits + claiming + cancelling + settling + reading + randomSales

    static let start = SmallHall.opensAt
    static let hall = SmallHall()
    static let limit = 4
}

/// Steps of a story, each of which must come out as the story needs it.
extension SeatLedger {
    @discardableResult
    func opens(
        _ draft: IntentDraft, limit: Int = SeatLedgerConformance.limit, now: Timestamp? = nil,
        fileID: String = #fileID, line: Int = #line
    ) async throws -> PaymentIntent {
        let outcome = try await open(draft.intent, seatsPerBuyer: limit, now: now ?? draft.createdAt)
        guard case .opened = outcome else {
            throw ConformanceFailure(
                message: "\(draft.id) is \(outcome), not opened", place: "\(fileID):\(line)")
        }
        return draft.intent
    }

    func isRefused(
        _ draft: IntentDraft, _ refusal: Refusal, limit: Int = SeatLedgerConformance.limit,
        now: Timestamp? = nil, fileID: String = #fileID, line: Int = #line
    ) async throws {
        let outcome = try await open(draft.intent, seatsPerBuyer: limit, now: now ?? draft.createdAt)
        try requireEqual(outcome, .refused(refusal), "\(draft.id)", fileID: fileID, line: line)
    }

    @discardableResult
    func claims(
        _ id: IntentID, now: Timestamp = SeatLedgerConformance.start, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> PaymentIntent {
        let outcome = try await claim(id, now: now)
        guard case .claimed(let intent) = outcome else {
            throw ConformanceFailure(message: "\(id) is \(outcome), not claimed", place: "\(fileID):\(line)")
        }
        try requireEqual(intent.state, .claimed, "the claimed intent's state", fileID: fileID, line: line)
        return intent
    }

    @discardableResult
    func settles(
        _ id: IntentID, as settlement: Settlement, now: Timestamp = SeatLedgerConformance.start,
        fileID: String = #fileID, line: Int = #line
    ) async throws -> PaymentIntent {
        let outcome = try await settle(id, as: settlement, now: now)
        guard case .settled(let intent) = outcome else {
            throw ConformanceFailure(message: "\(id) is \(outcome), not settled", place: "\(fileID):\(line)")
        }
        return intent
    }

    @discardableResult
    func cancels(
        _ draft: IntentDraft, now: Timestamp = SeatLedgerConformance.start, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> PaymentIntent {
        let outcome = try await cancel(draft.id, buyer: draft.buyer, now: now)
        guard case .cancelled(let intent) = outcome else {
            throw ConformanceFailure(
                message: "\(draft.id) is \(outcome), not cancelled", place: "\(fileID):\(line)")
        }
        return intent
    }

    /// Opened, claimed and confirmed.
    @discardableResult
    func sells(
        _ draft: IntentDraft, fileID: String = #fileID, line: Int = #line
    ) async throws -> PaymentIntent {
        try await opens(draft, fileID: fileID, line: line)
        try await claims(draft.id, now: draft.createdAt, fileID: fileID, line: line)
        return try await settles(
            draft.id, as: .confirmed(draft.intent.prospectiveOrder), now: draft.createdAt, fileID: fileID,
            line: line)
    }

    func state(of seat: String, in hall: SmallHall = SmallHall()) async throws -> SeatState {
        let locks = try await locks(in: .named(String(seat.prefix(1))), of: hall.event)
        return locks.first { $0.seat.text == seat }?.state ?? .free
    }

    func requireState(
        of seat: String, _ expected: SeatState, fileID: String = #fileID, line: Int = #line
    ) async throws {
        try requireEqual(await state(of: seat), expected, seat, fileID: fileID, line: line)
    }

    func requireIntent(
        _ id: IntentID, _ expected: IntentState, fileID: String = #fileID, line: Int = #line
    ) async throws {
        let intent = try requireSome(await intent(id), "intent \(id)", fileID: fileID, line: line)
        try requireEqual(intent.state, expected, "the state of \(id)", fileID: fileID, line: line)
    }
}

extension OpenOutcome {
    var isOpened: Bool {
        if case .opened = self { true } else { false }
    }

    var replayedIntent: PaymentIntent? {
        if case .replayed(let intent, _) = self { intent } else { nil }
    }
}
