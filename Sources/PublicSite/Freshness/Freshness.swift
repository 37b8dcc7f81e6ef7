import Ticketing

/// The domain's, in every file here: Telemetry has one of the same name.
typealias Timestamp = Ticketing.Timestamp

/// How old what was read is, and what a request may therefore do. A pure value: it is told the time and what
/// became of each reading.
struct Freshness {
    enum Verdict: Equatable {
        case serve
        /// Young enough to be shown; the next value is due.
        case serveAndRefresh
        /// Too old, or nothing there: wait for the source.
        case refreshFirst
        /// The source is failing, has just been asked, and nothing is young enough to be shown.
        case refuse
    }

    /// The contract says 3 s when an answer leaves; the rest is for the way from here to the socket.
    static let oldestShownMs: Int64 = 2_900
    /// How long a failing source is stood in for.
    static let oldestKeptMs: Int64 = 60_000
    private static let firstRetryMs = 200
    private static let longestRetryMs = 2_000
    private static let maxDoublings = 4

    private let refreshAfterMs: Int64
    private(set) var asOf: Timestamp?
    private(set) var isRefreshing = false
    /// In a row, since the source last answered.
    private(set) var failures = 0
    private var retryAt = Timestamp.earliest

    init(ttlMs: Int) {
        // Up to 1,100 ms a key that is asked for all the time is read again, deadline and all, before it gets too
        // old to be shown, so that no request has to wait for it; from 2,900 on all of that time is used up.
        refreshAfterMs = min(Int64(ttlMs), Self.oldestShownMs)
    }

    var isFailing: Bool { failures > 0 }

    func verdict(now: Timestamp) -> Verdict { verdict(for: asOf, now: now) }

    /// The same for an answer that was made from an earlier reading.
    func verdict(for asOf: Timestamp?, now: Timestamp) -> Verdict {
        let mayRead = isRefreshing || !isFailing || now >= retryAt
        // What comes from another process may be made a moment later than now; from far in the future, a
        // clock is wrong, and its word on age is worth nothing.
        guard let asOf, case let ageMs = now.ms(since: asOf), ageMs >= -Self.oldestShownMs,
            ageMs <= Self.oldestKeptMs
        else { return mayRead ? .refreshFirst : .refuse }
        guard ageMs >= refreshAfterMs else { return .serve }
        let isDue = mayRead && !isRefreshing
        guard ageMs > Self.oldestShownMs, !isFailing else { return isDue ? .serveAndRefresh : .serve }
        return .refreshFirst
    }

    /// Whether there is something that may be shown, if need be with its age.
    func isUsable(now: Timestamp) -> Bool {
        guard let asOf else { return false }
        return (-Self.oldestShownMs...Self.oldestKeptMs).contains(now.ms(since: asOf))
    }

    mutating func began() { isRefreshing = true }

    /// Something newer is there, though not always from the source itself.
    mutating func adopted(_ asOf: Timestamp) { self.asOf = asOf }

    mutating func succeeded() {
        isRefreshing = false
        failures = 0
    }

    /// `jitter` is from 0 up to 1: a fleet that lost its source together does not come back together.
    mutating func failed(now: Timestamp, jitter: Double) {
        isRefreshing = false
        failures += 1
        let doublings = min(failures - 1, Self.maxDoublings)
        let longestMs = min(Self.firstRetryMs << doublings, Self.longestRetryMs)
        retryAt = now.adding(ms: Int64(Double(longestMs) * (0.5 + jitter / 2)))
    }

    /// A reading that had been given up came to its end after all.
    mutating func answeredLate() { failures = 0 }
}
