/// Who has which seat: intents, seat locks and the buyers' tallies, changed together or not at all.
///
/// Every write is one transaction with its precondition inside. Transactions on the same seat, intent or
/// buyer take effect one after the other. An adapter retries conflicts, and unknown outcomes with the same
/// values, within its own deadline; what it throws after that is safe to call again.
///
/// `Inventory` says in plain code what each write does.
package protocol SeatLedger: Sendable {
    /// Puts the intent, its seat locks and its entry in the buyer's tally.
    ///
    /// Preconditions, in the order in which they answer:
    /// 1. no intent with this id. Same `attempt`: this very call came through before, `opened`. Else same
    ///    fingerprint: `replayed`; another one: `keyReused`;
    /// 2. the buyer's seats of this event at `now`, with these, are at most `seatsPerBuyer`; else `refused`;
    /// 3. no seat is among `blocked`, and every seat has no lock, or a hold that ended at or before `now`; else
    ///    `refused` with every seat that stands in the way, in the intent's order: as blocked, or with the owner
    ///    of the lock and the end of its hold as the transaction saw them.
    ///
    /// The ledger knows neither maps nor sale windows: the caller has checked those, and says which of the
    /// intent's seats are `blocked`. A new intent that is not pending, or whose hold has ended at `now`, is
    /// thrown back as `rejected`.
    func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome

    /// Those of the seats that an intent could not have at `now`, in the same order. Strongly consistent, and
    /// nothing is written: for whoever is going to be refused anyhow, and is to hear of all that stands in the way.
    func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) async throws(PortError) -> [SeatConflict]

    /// Strongly consistent: it sees every write that was answered before.
    func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent?

    /// `pending -> claimed`: the seats `held -> selling`, the tally entry permanent.
    ///
    /// Preconditions: the intent is pending; each of its seats is held by it, whether the hold has ended or
    /// not; its tally entry is there. When only the first is true, it goes `pending -> expired` in the same
    /// transaction: the seats it still owns are freed, its tally entry is removed, `endedAt` is `now`.
    func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome

    /// `claimed -> confirmed`: the seats `selling -> sold`; the tally entry stays.
    /// `claimed -> declined | expired`: the seats it owns are freed, the tally entry is removed.
    ///
    /// Preconditions: the intent is claimed; to confirm, each of its seats is being sold by it; to free a
    /// seat, it is its owner. The caller has written the outcome to the inbox before.
    func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) async throws(PortError) -> SettleOutcome

    /// `pending -> cancelled`: the seats it still owns are freed, the tally entry is removed. The end of
    /// the hold does not matter.
    ///
    /// Preconditions: the intent is the buyer's and pending; to free a seat, it is its owner.
    func cancel(
        _ id: IntentID, buyer: BuyerID, now: Timestamp
    ) async throws(PortError) -> CancelOutcome

    /// Every lock of a section, in no order; ended holds may be among them. It pages inside, and may lag
    /// behind the latest writes by a moment: good for showing, not for deciding.
    func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock]

    /// Sections of the event that have a lock, whether the map has them or not. On some stores it reads a
    /// whole table: for operators and the reconciler only.
    func lockedSections(of event: EventID) async throws(PortError) -> [SectionID]

    /// Intents still pending or claimed that were created before the moment, oldest first, at most `limit`
    /// of them and only those after `position`: how the reconciler finds what nobody is working on.
    func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [PaymentIntent]
}

extension SeatLedger {
    /// Of seats that are all for sale.
    package func open(
        _ intent: PaymentIntent, seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        try await open(intent, blocked: [], seatsPerBuyer: seatsPerBuyer, now: now)
    }
}
