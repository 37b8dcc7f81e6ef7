/// Gathers slices until there is enough to show: a tenth of a second alone has too few requests to say anything.
package struct LiveWindow: Sendable {
    private let leastSeconds: Double
    private var open: (tally: Tally, seconds: Double, last: LiveView.Moment)?

    package init(leastSeconds: Double) { self.leastSeconds = leastSeconds }

    /// The moment with everything since the one before it, once that is long enough.
    package mutating func add(_ moment: LiveView.Moment) -> LiveView.Moment? {
        var tally = open?.tally ?? Tally()
        tally.add(moment.slice)
        open = (tally, (open?.seconds ?? 0) + moment.sliceSeconds, moment)
        guard let open, open.seconds >= leastSeconds - 1e-6 else { return nil }
        return rest()
    }

    /// What is left when the run is over.
    package mutating func rest() -> LiveView.Moment? {
        defer { open = nil }
        return open.map { $0.last.with(slice: $0.tally, sliceSeconds: $0.seconds) }
    }
}
