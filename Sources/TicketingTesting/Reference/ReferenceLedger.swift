import Ticketing

/// `Inventory` behind a lock: what every seat ledger must behave like, and a ledger for tests of the
/// services.
///
/// It queues nothing, so whoever opens an intent has to send the message itself, as with a distributed
/// ledger.
package final class ReferenceLedger: SeatLedger {
    private let inventory = SharedState(Inventory())

    private let queue: (any OrderQueue)?

    package init(queue: (any OrderQueue)? = nil) {
        self.queue = queue
    }

    /// A copy of everything at this moment, for a test to look at.
    package var snapshot: Inventory { inventory.withLock { $0 } }

    package func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        let outcome: OpenOutcome
        do {
            outcome = try inventory.withLock { inventory throws(InvalidValue) in
                try inventory.open(intent, blocked: blocked, seatsPerBuyer: seatsPerBuyer, now: now)
            }
        } catch {
            throw PortError(.rejected, "the intent is malformed", cause: error)
        }
        guard let queue else { return outcome }
        switch outcome {
        case .opened:
            _ = try await queue.send([OutgoingMessage(intent: intent.id)])
            return .opened(isQueued: true)
        case .replayed(let stored, _): return .replayed(stored, isQueued: true)
        case .keyReused, .refused: return outcome
        }
    }

    package func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) async throws(PortError) -> [SeatConflict] {
        inventory.withLock { $0.conflicts(at: seats, of: event, now: now) }
    }

    package func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent? {
        inventory.withLock { $0.intent(id) }
    }

    package func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome {
        inventory.withLock { $0.claim(id, now: now) }
    }

    package func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) async throws(PortError) -> SettleOutcome {
        inventory.withLock { $0.settle(id, as: settlement, now: now) }
    }

    package func cancel(
        _ id: IntentID, buyer: BuyerID, now: Timestamp
    ) async throws(PortError) -> CancelOutcome {
        inventory.withLock { $0.cancel(id, buyer: buyer, now: now) }
    }

    package func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock] {
        inventory.withLock { $0.locks(of: event).filter { $0.section == section } }
    }

    package func lockedSections(of event: EventID) async throws(PortError) -> [SectionID] {
        inventory.withLock { Set($0.locks(of: event).map(\.section)).sorted() }
    }

    package func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [PaymentIntent] {
        inventory.withLock { $0.openIntents(createdBefore: moment, after: position, limit: limit) }
    }
}
