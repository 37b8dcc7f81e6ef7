/// What was sent in the last five minutes: the same again is answered like the first time and not queued. A delete
/// of the message changes nothing about that.
struct DedupWindow {
    struct Sent {
        let messageID: String
        let sequence: UInt64
        let untilMs: Int64
    }

    private struct Key: Hashable {
        let group: Text?
        let id: Text
    }

    static let windowMs: Int64 = 300_000

    private var sent: [Key: Sent] = [:]
    private var order: [(key: Key, untilMs: Int64)] = []
    private var first = 0

    /// `group` is nil where the whole queue is one scope.
    mutating func find(group: Text?, id: Text, nowMs: Int64) -> Sent? {
        forgetEnded(nowMs)
        return sent[Key(group: group, id: id)]
    }

    mutating func remember(group: Text?, id: Text, messageID: String, sequence: UInt64, nowMs: Int64) {
        let key = Key(group: group, id: id)
        let untilMs = nowMs + Self.windowMs
        sent[key] = Sent(messageID: messageID, sequence: sequence, untilMs: untilMs)
        order.append((key, untilMs))
    }

    private mutating func forgetEnded(_ nowMs: Int64) {
        while first < order.count, order[first].untilMs <= nowMs {
            if let entry = sent[order[first].key], entry.untilMs <= nowMs { sent[order[first].key] = nil }
            first += 1
        }
        guard first > 1_024, first > order.count / 2 else { return }
        order.removeFirst(first)
        first = 0
    }
}
