/// A slice of a run in the few numbers that rules and recovery times look at.
package struct SlicePoint: Equatable, Sendable {
    /// From the start of the run.
    package let startsAt: Double
    package let seconds: Double
    package let offered: Int
    package let answered: Int
    package let failed: Int
    package let ended: Int
    package let p95Us: UInt64

    package init(
        startsAt: Double, seconds: Double, offered: Int, answered: Int, failed: Int, ended: Int, p95Us: UInt64
    ) {
        self.startsAt = startsAt
        self.seconds = seconds
        self.offered = offered
        self.answered = answered
        self.failed = failed
        self.ended = ended
        self.p95Us = p95Us
    }

    init(_ tally: Tally, startsAt: Double, seconds: Double) {
        self.init(
            startsAt: startsAt, seconds: seconds, offered: tally.offered, answered: tally.answered,
            failed: tally.failed, ended: tally.ended, p95Us: tally.latency.percentileUs(0.95))
    }

    package var endsAt: Double { startsAt + seconds }
}
