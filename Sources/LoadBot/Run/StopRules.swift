/// Watches a run slice by slice and says when it must not go on.
package struct StopRules: Sendable {
    package enum Rule: String, Sendable, CaseIterable {
        case targetNotHeld = "target not held"
        case tooSlow = "p95 too high"
        case tooManyFailures = "too many failures"
    }

    package struct Stop: Equatable, Sendable {
        package let rule: Rule
        /// From the start of the run.
        package let atSeconds: Double
        package let detail: String

        package init(rule: Rule, atSeconds: Double, detail: String) {
            self.rule = rule
            self.atSeconds = atSeconds
            self.detail = detail
        }
    }

    private let limits: StopLimits
    private let notHeldSeconds: Double
    private let p95Seconds: Double
    private let failedSeconds: Double
    private var notHeldSince: Double?
    private var slowSince: Double?
    private var recent: [SlicePoint] = []

    /// Fewer requests, and one failure would be a wave of them: a window that has fewer reaches further back.
    private static let fewestForShare = 50
    /// Of so few one alone would be the two percent.
    private static let fewestFailures = 2

    package init(_ limits: StopLimits, timeScale: Double) {
        self.limits = limits
        notHeldSeconds = limits.notHeldSeconds * timeScale
        p95Seconds = limits.p95Seconds * timeScale
        failedSeconds = limits.failedSeconds * timeScale
    }

    /// `isInFault`: somebody is breaking something on purpose. Failures are then what was asked for, and to stop for them
    /// would hide how long the system takes to recover.
    package mutating func observe(_ slice: SlicePoint, isInFault: Bool = false) -> Stop? {
        if isInFault { recent = [] } else if let stop = failures(slice) { return stop }
        if let stop = slowness(slice) { return stop }
        return shortfall(slice)
    }

    private mutating func failures(_ slice: SlicePoint) -> Stop? {
        recent.append(slice)
        var ended = recent.reduce(0) { $0 + $1.ended }
        // What has left the window does not count, once there are enough without it; a window is never shorter than a
        // slice.
        while recent.count > 1, recent[0].endsAt <= slice.endsAt - failedSeconds + 1e-6,
            ended - recent[0].ended >= Self.fewestForShare
        {
            ended -= recent.removeFirst().ended
        }
        guard slice.endsAt - recent[0].startsAt >= failedSeconds - 1e-6 else { return nil }
        let failed = recent.reduce(0) { $0 + $1.failed }
        guard failed >= Self.fewestFailures, ended >= Self.fewestForShare,
            Double(failed) * 100 >= limits.failedPercent * Double(ended)
        else { return nil }
        return Stop(
            rule: .tooManyFailures, atSeconds: slice.endsAt,
            detail: "\(failed) of \(ended) requests got a 5xx or no answer")
    }

    private mutating func slowness(_ slice: SlicePoint) -> Stop? {
        guard slice.ended > 0 else {
            // Nothing came back though something was on its way: that is no better.
            if slice.offered == 0 { slowSince = nil }
            return nil
        }
        guard slice.p95Us > UInt64(limits.p95Ms) * 1_000 else {
            slowSince = nil
            return nil
        }
        let since = slowSince ?? slice.startsAt
        slowSince = since
        guard slice.endsAt - since >= p95Seconds - 1e-6 else { return nil }
        return Stop(
            rule: .tooSlow, atSeconds: slice.endsAt,
            detail: "p95 was above \(limits.p95Ms) ms since second \(DecimalText.of(since))")
    }

    private mutating func shortfall(_ slice: SlicePoint) -> Stop? {
        guard Double(slice.answered) * 100 < limits.heldPercent * Double(slice.offered) else {
            notHeldSince = nil
            return nil
        }
        let since = notHeldSince ?? slice.startsAt
        notHeldSince = since
        guard slice.endsAt - since >= notHeldSeconds - 1e-6 else { return nil }
        return Stop(
            rule: .targetNotHeld, atSeconds: slice.endsAt,
            detail: "fewer than \(DecimalText.of(limits.heldPercent)) % were answered since second "
                + DecimalText.of(since))
    }
}
