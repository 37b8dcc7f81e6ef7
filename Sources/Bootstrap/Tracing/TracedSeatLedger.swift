import Ticketing

/// A ledger whose calls are seen in traces.
struct TracedSeatLedger: SeatLedger {
    let base: any SeatLedger

    func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        try await traced("ledger", "open") { () async throws(PortError) in
            try await base.open(intent, blocked: blocked, seatsPerBuyer: seatsPerBuyer, now: now)
        }
    }

    func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) async throws(PortError) -> [SeatConflict] {
        try await traced("ledger", "conflicts") { () async throws(PortError) in
            try await base.conflicts(at: seats, of: event, now: now)
        }
    }

    func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent? {
        try await traced("ledger", "intent") { () async throws(PortError) in try await base.intent(id) }
    }

    func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome {
        try await traced("ledger", "claim") { () async throws(PortError) in
            try await base.claim(id, now: now)
        }
    }

    func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) async throws(PortError) -> SettleOutcome {
        try await traced("ledger", "settle") { () async throws(PortError) in
            try await base.settle(id, as: settlement, now: now)
        }
    }

    func cancel(_ id: IntentID, buyer: BuyerID, now: Timestamp) async throws(PortError) -> CancelOutcome {
        try await traced("ledger", "cancel") { () async throws(PortError) in
            try await base.cancel(id, buyer: buyer, now: now)
        }
    }

    func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock] {
        try await traced("ledger", "locks") { () async throws(PortError) in
            try await base.locks(in: section, of: event)
        }
    }

    func lockedSections(of event: EventID) async throws(PortError) -> [SectionID] {
        try await traced("ledger", "lockedSections") { () async throws(PortError) in
            try await base.lockedSections(of: event)
        }
    }

    func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [PaymentIntent] {
        try await traced("ledger", "openIntents") { () async throws(PortError) in
            try await base.openIntents(createdBefore: moment, after: position, limit: limit)
        }
    }
}
