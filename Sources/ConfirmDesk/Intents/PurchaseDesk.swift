import HTTP
import Telemetry
import Ticketing

/// Opens payment intents. The order of its checks is the contract's; the order of its writes is the ledger
/// first, the queue second, the answer last, so that a crash between two of them leaves what the same key, or
/// the reconciler, goes on with.
///
/// Each loop has its own.
final class PurchaseDesk {
    private let ports: DeskPorts
    private let shared: SharedDesk
    private let room: WaitingRoom
    private let outbox: OrderOutbox
    private let turns: SeatTurns
    private let metrics: DeskMetrics
    private let watch: PortWatch

    init(
        ports: DeskPorts, shared: SharedDesk, room: WaitingRoom, metrics: DeskMetrics, watch: PortWatch
    ) {
        self.ports = ports
        self.shared = shared
        self.room = room
        self.metrics = metrics
        self.watch = watch
        outbox = OrderOutbox(ports.orderQueue, room: room)
        turns = SeatTurns(lines: shared.seatLines, room: room, metrics: metrics)
    }

    func buy(_ purchase: Purchase) async throws(Problem) -> PurchaseOutcome {
        let sheet = try await sheet(for: purchase)
        let choice = sheet.choose(purchase.request.seats)
        guard choice.unknown.isEmpty else { throw .seatUnknown(choice.unknown) }
        if let refusal = refusal(of: purchase, choice, sheet.event) {
            // The key's record comes before these: a replay is one whatever has happened to the sale since.
            if let replay = try await replay(of: purchase) { return replay }
            throw refusal
        }
        // The key's record and the limits come before a blocked seat, and only the ledger has them. Such a purchase
        // takes nothing from those in the lines, so it stands in none.
        guard choice.blocked.isEmpty else { return try await open(purchase, choice, sheet.event.limits) }
        if let replay = try await look(purchase, choice) { return replay }
        let replay = try await turns.take(purchase) { () async throws(Problem) in
            try await self.look(purchase, choice)
        }
        if let replay { return replay }
        return try await open(purchase, choice, sheet.event.limits)
    }

    // MARK: Before the ledger is asked

    private func sheet(for purchase: Purchase) async throws(Problem) -> SaleSheet {
        let event = purchase.request.event
        let sheet: SaleSheet?
        do throws(PortError) {
            sheet = try await shared.saleCatalogue.sheet(of: event, in: room, until: purchase.deadline)
        } catch {
            throw watch.problem(error, at: "catalogue", doing: "reading the catalogue", in: purchase.context)
        }
        guard let sheet else { throw .eventUnknown(event) }
        return sheet
    }

    /// What is against the purchase for all that is known without the ledger; in the contract's order.
    private func refusal(of purchase: Purchase, _ choice: SaleSheet.Choice, _ event: Event) -> Problem? {
        do throws(Refusal) {
            try event.saleWindow.checkOpen(at: purchase.arrivedAt)
            try event.limits.checkSeatsPerIntent(choice.seats.count)
        } catch {
            return Problem(error)
        }
        return (try? PaymentIntent.amount(of: choice.seats)) == nil ? .amountTooLarge : nil
    }

    /// Refuses what was just seen taken; a replay passes.
    private func look(
        _ purchase: Purchase, _ choice: SaleSheet.Choice
    ) async throws(Problem) -> PurchaseOutcome? {
        let finding = shared.takenSeats.look(
            at: purchase.request.seats, of: purchase.request.event, for: purchase.id,
            arrivedAt: purchase.arrival, now: ports.clock.now())
        switch finding {
        case .nothing: return nil
        case .own: return try await replay(of: purchase)
        case .taken(let sighted):
            // A key that was used here has its record, whoever has its seats by now: its intent may have been cancelled.
            if shared.queuedIntents.contains(purchase.id), let replay = try await replay(of: purchase) {
                return replay
            }
            let conflicts =
                sighted.count == choice.seats.count ? sighted : try await conflicts(purchase, choice.seats)
            // By now all of them may be free.
            guard !conflicts.isEmpty else { return nil }
            if conflicts.contains(where: { $0.obstacle.owner == purchase.id }) {
                return try await replay(of: purchase)
            }
            metrics.negativeCacheRefusals.add()
            throw Problem(.seatUnavailable(conflicts))
        }
    }

    /// A refusal names every seat that stands in the way. Where only some of them were seen just now, the rest is
    /// read: that costs less than a write that fails, and nobody has to wait for a turn.
    private func conflicts(
        _ purchase: Purchase, _ seats: [ChosenSeat]
    ) async throws(Problem) -> [SeatConflict] {
        let event = purchase.request.event
        let callBegan = shared.takenSeats.mark()
        do throws(PortError) {
            let now = ports.clock.now()
            let conflicts = try await ports.seatLedger.conflicts(at: seats, of: event, now: now)
            shared.takenSeats.noteTaken(conflicts, of: event, callBegan: callBegan, now: now)
            return conflicts
        } catch {
            throw watch.problem(error, at: "ledger", doing: "reading seats", in: purchase.context)
        }
    }

    // MARK: The ledger

    private func open(
        _ purchase: Purchase, _ choice: SaleSheet.Choice, _ limits: SaleLimits
    ) async throws(Problem) -> PurchaseOutcome {
        var takenSeats: [SeatID] = []
        let outcome: OpenOutcome
        let draft: PaymentIntent
        do {
            // Whatever comes of it, those behind in the lines are called before this one goes on.
            defer { if choice.blocked.isEmpty { turns.leave(purchase.request, taken: takenSeats) } }
            draft = try self.draft(purchase, choice.seats, limits)
            let callBegan = shared.takenSeats.mark()
            outcome = try await write(draft, choice.blocked, limits, purchase)
            takenSeats = note(outcome, of: draft, callBegan)
        }
        switch outcome {
        case .opened(let isQueued): return try await opened(draft, isQueued, purchase)
        case .replayed(let stored, let isQueued) where stored.attempt == draft.attempt:
            return try await opened(stored, isQueued, purchase)
        case .replayed(let stored, let isQueued): return try await replayed(stored, isQueued, purchase)
        case .keyReused: throw .idempotencyKeyReused
        case .refused(let refusal): throw Problem(refusal)
        }
    }

    private func write(
        _ draft: PaymentIntent, _ blocked: [SeatID], _ limits: SaleLimits, _ purchase: Purchase
    ) async throws(Problem) -> OpenOutcome {
        do throws(PortError) {
            return try await ports.seatLedger.open(
                draft, blocked: blocked, seatsPerBuyer: limits.seatsPerBuyer, now: draft.createdAt)
        } catch {
            throw watch.problem(
                error, at: "ledger", doing: "opening an intent", in: purchase.context, intent: draft.id)
        }
    }

    /// The hold begins now and not when the request came: it may have waited.
    private func draft(
        _ purchase: Purchase, _ seats: [ChosenSeat], _ limits: SaleLimits
    ) throws(Problem) -> PaymentIntent {
        let now = ports.clock.now()
        let holdExpiresAt = now.adding(seconds: limits.holdSeconds)
        do throws(InvalidValue) {
            let answer = IntentAnswer(
                id: purchase.id, status: .pending, event: purchase.request.event, seats: seats,
                amount: try PaymentIntent.amount(of: seats), order: nil, expiresAt: holdExpiresAt,
                serverTime: now)
            return try PaymentIntent(
                id: purchase.id, event: purchase.request.event, buyer: purchase.buyer, seats: seats,
                payment: purchase.request.payment, fingerprint: purchase.fingerprint,
                attempt: ports.randomness.attempt(at: now), answer: answer.json, createdAt: now,
                holdExpiresAt: holdExpiresAt)
        } catch {
            throw watch.problem(
                PortError(.corrupt, "a checked purchase makes no intent", cause: error), at: "catalogue",
                doing: "drafting an intent", in: purchase.context, intent: purchase.id)
        }
    }

    /// Remembers what the ledger has told, and gives the seats that are taken now.
    private func note(
        _ outcome: OpenOutcome, of draft: PaymentIntent, _ callBegan: TakenSeats.Mark
    ) -> [SeatID] {
        let now = ports.clock.now()
        switch outcome {
        case .opened(let isQueued):
            shared.takenSeats.noteHeld(by: draft, callBegan: callBegan, now: now)
            if isQueued { shared.queuedIntents.note(draft.id, now: now) }
            return draft.seats.map(\.id)
        case .replayed(let stored, let isQueued):
            if isQueued { shared.queuedIntents.note(stored.id, now: now) }
            // Only a hold that has not ended is certain to be its owner's still.
            guard stored.state == .pending, now < stored.holdExpiresAt else { return [] }
            shared.takenSeats.noteHeld(by: stored, callBegan: callBegan, now: now)
            return stored.seats.map(\.id)
        case .refused(.seatUnavailable(let conflicts)):
            shared.takenSeats.noteTaken(conflicts, of: draft.event, callBegan: callBegan, now: now)
            return conflicts.map(\.seat)
        case .keyReused, .refused: return []
        }
    }

    // MARK: The queue and the answer

    private func opened(
        _ intent: PaymentIntent, _ isQueued: Bool, _ purchase: Purchase
    ) async throws(Problem) -> PurchaseOutcome {
        if !isQueued { try await enqueue(intent.id, purchase) }
        metrics.opened.add()
        watch.debug("intent opened", intent.id, in: purchase.context)
        return .opened(intent.id, intent.answer)
    }

    /// What the key's record says, if it has one; for requests that do not get as far as the ledger's write.
    private func replay(of purchase: Purchase) async throws(Problem) -> PurchaseOutcome? {
        let stored: PaymentIntent?
        do throws(PortError) {
            stored = try await ports.seatLedger.intent(purchase.id)
        } catch {
            throw watch.problem(
                error, at: "ledger", doing: "reading a key's record", in: purchase.context,
                intent: purchase.id)
        }
        guard let stored else { return nil }
        guard stored.fingerprint == purchase.fingerprint else { throw .idempotencyKeyReused }
        return try await replayed(stored, false, purchase)
    }

    /// An open intent may stand in the ledger and not in the queue: whoever asked first may have crashed, or
    /// heard that it could not be queued. It is sent again before the client hears that all is well.
    private func replayed(
        _ stored: PaymentIntent, _ isQueued: Bool, _ purchase: Purchase
    ) async throws(Problem) -> PurchaseOutcome {
        let isDone = isQueued || stored.state.isFinal || shared.queuedIntents.contains(stored.id)
        if !isDone { try await enqueue(stored.id, purchase) }
        metrics.replayed.add()
        watch.debug("intent replayed", stored.id, in: purchase.context)
        return .replayed(stored.id, stored.answer)
    }

    private func enqueue(_ intent: IntentID, _ purchase: Purchase) async throws(Problem) {
        do throws(PortError) {
            try await outbox.send(OutgoingMessage(intent: intent), until: purchase.queueDeadline)
        } catch {
            metrics.queueSendFailures.add()
            watch.note(error, at: "queue", doing: "queueing an intent", in: purchase.context, intent: intent)
            throw .notQueued
        }
        shared.queuedIntents.note(intent, now: ports.clock.now())
    }
}
