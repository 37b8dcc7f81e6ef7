import JSON
import Telemetry
import Ticketing

/// From a message in hand to what becomes of it.
extension OrderWorker {
    /// Works on the messages of one group, one after the other. When one does not come to its end, those
    /// behind it go back too: they would only overtake it.
    func work(_ lane: [HandID]) async {
        for (position, hand) in lane.enumerated() {
            guard let message = inHand[hand]?.message else { continue }
            switch await disposition(of: message, hand) {
            case .delete(let forgetsFailures):
                // A first receive has no failures behind it.
                let isForgetting = forgetsFailures && message.receiveCount > 1
                delete(hand, message, forgetting: isForgetting ? Self.key(of: message) : nil)
            case .giveBack(let delayMs):
                // Last first: the queue must not hand out the second before the first is back.
                for left in lane[position...].reversed() { giveBack(left, afterMs: delayMs) }
                return
            case .drop:
                metrics.staleReceipts.add()
                for left in lane[position...] { drop(left) }
                return
            }
        }
    }

    private func disposition(of message: ReceivedMessage, _ hand: HandID) async -> Disposition {
        guard !isStopping else { return .giveBack(afterMs: 0) }
        switch message.message {
        case .probe(let name):
            metrics.probes.add()
            ports.logger.info("probe") { line in
                line.member("probe", name)
                line.member("ageMs", ports.clock.now().ms(since: message.sentAt))
            }
            return .delete(forgetsFailures: false)
        case .unreadable(let body):
            let reason = "the message cannot be read: \(body.prefix(200))"
            return await failed(.unreadableMessage, reason: reason, message, event: nil)
        case .intent(let id):
            return await traced(id) { await disposition(of: message, IntentWork(on: id), hand) }
        }
    }

    /// A trace of its own for each message that is to be traced; it is found under the intent, like the request
    /// that opened it.
    private func traced(_ intent: IntentID, _ work: () async -> Disposition) async -> Disposition {
        guard let span = ports.tracer?.begin() else { return await work() }
        span.note("intent", intent.text)
        let disposition = await Span.$current.withValue(span) { await work() }
        if case .delete = disposition { span.end(.done) } else { span.end(.failed("\(disposition)")) }
        return disposition
    }

    private func disposition(
        of message: ReceivedMessage, _ work: consuming IntentWork, _ hand: HandID
    ) async -> Disposition {
        var performed = PerformedWork(work: work)
        defer { if circuitsLeft(by: hand) { wakeReceivers() } }
        do throws(Setback) {
            try await perform(&performed, hand)
            return .delete(forgetsFailures: !performed.hasRungAlarm)
        } catch {
            switch error {
            case .lost: return .drop
            case .release: return .giveBack(afterMs: 0)
            case .putOff(let ms): return .giveBack(afterMs: ms)
            case .failed(let kind, let reason):
                return await failed(kind, reason: reason, message, event: performed.work.intent?.event)
            }
        }
    }

    /// Counts the failure; after too many the message is dead. The letter is written before the message is
    /// deleted: a crash in between leaves both, and the letter is simply written again.
    private func failed(
        _ kind: FailureKind, reason: String, _ message: ReceivedMessage, event: EventID?
    ) async -> Disposition {
        metrics.countFailure(kind)
        status.update { $0.failures[kind, default: 0] += 1 }
        let key = Self.key(of: message)
        let now = ports.clock.now()
        do {
            let failureCount = try await ports.deadLetters.record(
                Failure(key: key, kind: kind, reason: reason, at: now))
            guard failureCount >= settings.maxFailures else {
                ports.logger.info("will try again") { Self.write(key, kind, reason, failureCount, into: &$0) }
                return .giveBack(afterMs: settings.retries.delayMs(after: failureCount, ports.randomness))
            }
            try await ports.deadLetters.bury(
                DeadLetter(
                    key: key, message: message.message, event: event, kind: kind, reason: reason,
                    failureCount: failureCount, diedAt: now, redriveCount: 0))
            metrics.countDeath(kind)
            ports.logger.error("given up") { Self.write(key, kind, reason, failureCount, into: &$0) }
            // They stay for the operator to look at until the letter is redriven.
            return .delete(forgetsFailures: false)
        } catch {
            ports.logger.warning("a failure could not be written down") { line in
                line.member("key", key)
                line.member("error", error.description)
            }
            return .giveBack(
                afterMs: settings.outages.delayMs(after: message.receiveCount, ports.randomness))
        }
    }

    private static func write(
        _ key: String, _ kind: FailureKind, _ reason: String, _ failureCount: Int,
        into line: inout JSONWriter
    ) {
        line.member("key", key)
        line.member("kind", kind.rawValue)
        line.member("reason", reason)
        line.member("failures", failureCount)
    }

    /// Under which failures and letters stand: see `Failure.key`.
    private static func key(of message: ReceivedMessage) -> String {
        if case .intent(let id) = message.message { return id.text }
        return message.id
    }
}
