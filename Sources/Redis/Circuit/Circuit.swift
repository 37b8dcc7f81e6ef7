/// Whether a server is asked at all. A pure value: it is told the time and what became of each connection.
///
/// While it is open calls are refused at once, and now and then one of them sets off a new connection that nobody
/// waits for; only a connection that was made and greeted closes it again. A server that flaps is left alone
/// longer and longer.
struct Circuit {
    enum Admission: Equatable {
        case pass
        /// Refuse the call, and try a connection.
        case probe
        case refuse
    }

    private enum State: Equatable {
        case closed(sinceNs: UInt64)
        case open(untilNs: UInt64)
        case probing
    }

    private let firstRetryNs: UInt64
    private let longestRetryNs: UInt64
    private let stableAfterNs: UInt64
    private var state = State.closed(sinceNs: 0)
    /// In a row, without a stable connection between them.
    private(set) var failures = 0

    init(_ settings: RedisSettings) {
        firstRetryNs = settings.firstRetryMs * 1_000_000
        longestRetryNs = settings.longestRetryMs * 1_000_000
        stableAfterNs = settings.stableAfterMs * 1_000_000
    }

    var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    mutating func admit(nowNs: UInt64) -> Admission {
        switch state {
        case .closed: return .pass
        case .probing: return .refuse
        case .open(let untilNs):
            guard nowNs >= untilNs else { return .refuse }
            state = .probing
            return .probe
        }
    }

    /// The connection is made, and the server has greeted.
    mutating func connected(nowNs: UInt64) {
        state = .closed(sinceNs: nowNs)
    }

    /// `jitter` is from 0 up to 1: a fleet that lost its server together does not come back together. Returns how
    /// long the server is left alone.
    mutating func failed(nowNs: UInt64, jitter: Double) -> UInt64 {
        if case .closed(let sinceNs) = state, sinceNs > 0, nowNs >= sinceNs + stableAfterNs { failures = 0 }
        failures += 1
        let longestNs = min(firstRetryNs << UInt64(min(failures - 1, 20)), longestRetryNs)
        let pauseNs = UInt64(Double(longestNs) * (0.5 + jitter / 2))
        state = .open(untilNs: nowNs + pauseNs)
        return pauseNs
    }
}
