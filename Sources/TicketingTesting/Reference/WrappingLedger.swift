import Ticketing

/// A ledger that passes every call on to another: what conforms writes only the calls it does something to.
package protocol WrappingLedger: SeatLedger {
    var inner: any SeatLedger { get }
}

extension WrappingLedger {
    package func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        try await inner.open(intent, blocked: blocked, seatsPerBuyer: seatsPerBuyer, now: now)
    }

    package func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) async throws(PortError) -> [SeatConflict] {
        try await inner.conflicts(at: seats, of: event, now: now)
    }

    package func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent? {
        try await inner.intent(id)
    }

    package func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome {
        try await inner.claim(id, now: now)
    }

    package func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) async throws(PortError) -> SettleOutcome {
        try await inner.settle(id, as: settlement, now: now)
    }

    package func cancel(
        _ id: IntentID, buyer: BuyerID, now: Timestamp
    ) async throws(PortError) -> CancelOutcome {
        try await inner.cancel(id, buyer: buyer, now: now)
    }

    package func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock] {
        try await inner.locks(in: section, of: event)
    }

    package func lockedSections(of event: EventID) async throws(PortError) -> [SectionID] {
        try await inner.lockedSections(of: event)
    }

    package func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [PaymentIntent] {
        try await inner.openIntents(createdBefore: moment, after: position, limit: limit)
    }
}
