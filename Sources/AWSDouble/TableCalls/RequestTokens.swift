/// ClientRequestToken: the same transaction sent again within ten minutes is answered and not done again.
struct RequestTokens {
    enum Look {
        case new
        case done
        /// Used for something else.
        case mismatch
    }

    private struct Known {
        let fingerprint: Int
        let untilMs: Int64
    }

    private var known: [Text: Known] = [:]
    /// In the order in which they end.
    private var order: [(token: Text, untilMs: Int64)] = []
    private var firstAlive = 0

    static let windowMs: Int64 = 600_000
    static let maxBytes = 36

    mutating func look(_ token: Text, fingerprint: Int, nowMs: Int64) -> Look {
        forgetEnded(nowMs)
        guard let earlier = known[token], earlier.untilMs > nowMs else { return .new }
        return earlier.fingerprint == fingerprint ? .done : .mismatch
    }

    mutating func remember(_ token: Text, fingerprint: Int, nowMs: Int64) {
        known[token] = Known(fingerprint: fingerprint, untilMs: nowMs + Self.windowMs)
        order.append((token, nowMs + Self.windowMs))
    }

    private mutating func forgetEnded(_ nowMs: Int64) {
        while firstAlive < order.count, order[firstAlive].untilMs <= nowMs {
            let token = order[firstAlive].token
            if let entry = known[token], entry.untilMs <= nowMs { known[token] = nil }
            firstAlive += 1
        }
        guard firstAlive > 1_024, firstAlive > order.count / 2 else { return }
        order.removeFirst(firstAlive)
        firstAlive = 0
    }
}
