import Ticketing

/// The messages this worker has received and neither deleted nor given back, and until when each is its own.
struct MessagesInHand {
    struct Entry {
        let message: ReceivedMessage
        /// When a port last answered anything about it.
        fileprivate(set) var lastHeardAt: Timestamp
        fileprivate(set) var visibleUntil: Timestamp
        /// The receipt is stale or the work was given up: whatever is under way may end, nothing new begins.
        fileprivate(set) var isLost = false
    }

    private var entries: [HandID: Entry] = [:]
    private var lastNumber: UInt64 = 0

    var count: Int { entries.count }

    mutating func take(_ message: ReceivedMessage, visibilityMs: Int, now: Timestamp) -> HandID {
        lastNumber += 1
        let hand = HandID(number: lastNumber)
        entries[hand] = Entry(
            message: message, lastHeardAt: now, visibleUntil: now.adding(ms: Int64(visibilityMs)))
        return hand
    }

    subscript(hand: HandID) -> Entry? { entries[hand] }

    /// Whether a new effect for this message may begin.
    func isGood(_ hand: HandID, now: Timestamp) -> Bool {
        guard let entry = entries[hand] else { return false }
        return !entry.isLost && now < entry.visibleUntil
    }

    mutating func remove(_ hand: HandID) { entries[hand] = nil }

    mutating func lose(_ hand: HandID) { entries[hand]?.isLost = true }

    mutating func loseAll() {
        for hand in entries.keys { entries[hand]?.isLost = true }
    }

    mutating func heard(_ hand: HandID, now: Timestamp) { entries[hand]?.lastHeardAt = now }

    mutating func extended(_ hand: HandID, until moment: Timestamp) { entries[hand]?.visibleUntil = moment }

    /// Half of their visibility has passed, and their work may go on; in the order of their receive.
    func toExtend(visibilityMs: Int, maxSilenceMs: Int, now: Timestamp) -> [HandID] {
        let half = now.adding(ms: Int64(visibilityMs / 2))
        return entries.filter { _, entry in
            !entry.isLost && now < entry.visibleUntil && entry.visibleUntil <= half
                && now < entry.lastHeardAt.adding(ms: Int64(maxSilenceMs))
        }.keys.sorted { $0.number < $1.number }
    }

    var good: [HandID] { entries.filter { !$0.value.isLost }.keys.sorted { $0.number < $1.number } }
}
