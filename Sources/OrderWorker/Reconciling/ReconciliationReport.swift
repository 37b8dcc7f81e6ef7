import JSON

/// What one pass found, and what it did about it.
package struct ReconciliationReport: Hashable, Sendable {
    /// Claimed and decided in the inbox, but not settled: a worker died in between.
    package var missingSettlements = 0
    /// Claimed and not decided: a worker died before, during or after the charge.
    package var abandonedClaims = 0
    /// Pending although the hold has ended: the message was lost, or never sent.
    package var forgottenHolds = 0
    /// Messages sent for all of these. A queue that still remembers an earlier one drops it.
    package var requeued = 0
    package var failedSends = 0
    /// Open, with a dead letter: an operator's decision, not ours.
    package var awaitingOperator = 0
    /// Messages the queue had given up and that now lie with the dead letters.
    package var deadMessagesMoved = 0
    /// Dead messages of intents that had ended.
    package var deadMessagesDropped = 0
    /// Letters whose intent has ended meanwhile.
    package var lettersRemoved = 0
    /// Intents that ended without an order so long ago that nobody needs them any more; nothing was wrong with them.
    package var swept = 0
    /// Whether the limits of a pass cut it short.
    package var isPartial = false

    package init() {}

    /// Whether there was anything to mend.
    package var hasMended: Bool {
        requeued + failedSends + deadMessagesMoved + deadMessagesDropped + lettersRemoved > 0
    }

    /// Names and counts, as labels of metrics and members of logs.
    package var counts: [(name: String, count: Int)] {
        [
            ("missing-settlements", missingSettlements), ("abandoned-claims", abandonedClaims),
            ("forgotten-holds", forgottenHolds), ("requeued", requeued), ("failed-sends", failedSends),
            ("awaiting-operator", awaitingOperator),
            ("dead-messages-moved", deadMessagesMoved), ("dead-messages-dropped", deadMessagesDropped),
            ("letters-removed", lettersRemoved), ("swept", swept),
        ]
    }

    package func write(into line: inout JSONWriter) {
        for (name, count) in counts where count > 0 {
            line.name(name)
            line.element(count)
        }
        if isPartial { line.member("partial", true) }
    }
}
