/// How many seats of one event a buyer has, by intent.
///
/// A plain counter could not forget a hold that ended, since nothing happens when it ends. So each intent
/// stands here with its end, and whoever opens the buyer's next one drops what has ended, under the version
/// it read.
package struct BuyerTally: Hashable, Sendable {
    package enum Duration: Hashable, Sendable {
        case until(Timestamp)
        /// Claimed: it counts until it is declined or expires.
        case permanent
    }

    package struct Entry: Hashable, Sendable {
        package let seatCount: Int
        package let duration: Duration

        package init(seatCount: Int, duration: Duration) {
            self.seatCount = seatCount
            self.duration = duration
        }

        package func counts(at now: Timestamp) -> Bool {
            switch duration {
            case .until(let expiresAt): now < expiresAt
            case .permanent: true
            }
        }
    }

    package private(set) var entries: [IntentID: Entry]
    /// Grows with every write; the condition of the next one.
    package private(set) var version: UInt64

    package init(entries: [IntentID: Entry] = [:], version: UInt64 = 0) {
        self.entries = entries
        self.version = version
    }

    package func seatCount(at now: Timestamp) -> Int {
        entries.values.reduce(0) { $1.counts(at: now) ? $0 + $1.seatCount : $0 }
    }

    /// Drops what has ended and adds the intent, or is refused and stays as it was.
    package mutating func add(
        _ intent: IntentID, seatCount: Int, until expiresAt: Timestamp, limit: Int, now: Timestamp
    ) throws(Refusal) {
        let held = self.seatCount(at: now)
        guard held + seatCount <= limit else { throw .buyerLimitExceeded(limit: limit, held: held) }
        entries = entries.filter { $0.value.counts(at: now) }
        entries[intent] = Entry(seatCount: seatCount, duration: .until(expiresAt))
        version += 1
    }

    /// False when the entry is lost: the buyer's next intent was counted without it.
    package mutating func makePermanent(_ intent: IntentID) -> Bool {
        guard let entry = entries[intent] else { return false }
        entries[intent] = Entry(seatCount: entry.seatCount, duration: .permanent)
        version += 1
        return true
    }

    package mutating func remove(_ intent: IntentID) {
        guard entries.removeValue(forKey: intent) != nil else { return }
        version += 1
    }
}
