/// What a run does: how many requests when, of which kinds, and when it has to stop. The file's form is described in
/// `docs/load.md`.
package struct Scenario: Equatable, Sendable {
    package var name = "onsale"
    /// Events to aim at; none means all that are on sale.
    package var events: [String] = []
    package var seed: UInt64 = 1
    package var arrivals = ArrivalSchedule.Pattern.poisson
    package var peakPerSecond = 1_000.0
    /// Shortens every duration alike: steps, and the windows of the stop rules.
    package var timeScale = 1.0
    package var steps: [ScenarioStep] = ScenarioStep.onsale
    package var mix = ScenarioMix()
    package var purchases = ScenarioPurchases()
    /// Guest tokens to ask for where none are given.
    package var buyers = 1_000
    /// Connections of each loop to each of the two services.
    package var connections = 256
    package var timeoutMs = 10_000
    package var stop = StopLimits()
    package var verdict = VerdictLimits()
    /// Above this in the 99th percentile the generator itself fell behind, and the run does not count.
    package var maxLatenessMs = 20

    package init() {}

    package var ratePlan: RatePlan {
        RatePlan(
            steps.map {
                RatePlan.Step(
                    name: $0.name, ratePerSecond: peakPerSecond * $0.percent / 100,
                    seconds: $0.seconds * timeScale)
            })
    }

    /// How finely a run is looked at: a second, less when the whole of it is short.
    package var sliceMs: Int { min(1_000, max(100, Int(ratePlan.seconds * 1_000 / 120))) }
}

/// A part of a run with one rate.
package struct ScenarioStep: Equatable, Sendable {
    package var name: String
    /// Of the peak.
    package var percent: Double
    package var seconds: Double

    package init(_ name: String, percent: Double, seconds: Double) {
        self.name = name
        self.percent = percent
        self.seconds = seconds
    }
}

/// How requests are shared out.
package struct ScenarioMix: Equatable, Sendable {
    package var publicShare = 70.0
    package var confirmShare = 20.0
    package var queueShare = 10.0
    /// Weights of the reads within the public share.
    package var event = 15.0
    package var map = 5.0
    package var availability = 60.0
    package var seats = 20.0

    package init() {}
}

/// How buyers buy.
package struct ScenarioPurchases: Equatable, Sendable {
    package enum Choice: String, Sendable, CaseIterable {
        /// Any seat, as often as chance wants: the later, the more are refused.
        case random
        /// Every seat once, for a run that measures purchases.
        case eachOnce = "each-once"
    }

    package var choice = Choice.random
    /// How many purchases earlier runs with `each-once` have made of the same event: this one goes on behind them.
    package var seatsTaken = 0
    package var seatsPerIntent = 2
    /// Of the purchases within the confirm share: the same key again; a seat or a key that is taken; cancelled after its
    /// 201, which is a request on top.
    package var repeatPercent = 10.0
    package var conflictPercent = 10.0
    package var cancelPercent = 5.0
    /// So many of the purchases want one of so few seats.
    package var hotSeatPercent = 20.0
    package var hotSeats = 50
    /// How long a buyer waits before he repeats or cancels.
    package var thinkMs = 0
    package var paymentToken = "tok_ok"

    package init() {}
}

/// When a run is stopped early and fails.
package struct StopLimits: Equatable, Sendable {
    package var heldPercent = 95.0
    package var notHeldSeconds = 600.0
    package var p95Ms = 200
    package var p95Seconds = 300.0
    package var failedPercent = 2.0
    package var failedSeconds = 10.0
    /// Failures do not stop a run while a fault goes on, nor for so long behind it.
    package var recoverySeconds = 60.0

    package init() {}
}

/// What the check behind a run allows itself and the system.
package struct VerdictLimits: Equatable, Sendable {
    /// How long open intents have to come to their end.
    package var settleSeconds = 60.0
    /// Beyond the age that an answer states.
    package var toleranceMs = 1_000
    /// The oldest that an answer may be at all; 0 where a CDN in between makes it older on purpose.
    package var maxStalenessMs = 3_000

    package init() {}
}

extension ScenarioStep {
    /// Warm-up, steps, the hold at the peak, and the way down.
    package static let onsale = [
        ScenarioStep("warm-up", percent: 5, seconds: 300),
        ScenarioStep("step-10", percent: 10, seconds: 300),
        ScenarioStep("step-50", percent: 50, seconds: 300),
        ScenarioStep("step-100", percent: 100, seconds: 300),
        ScenarioStep("hold", percent: 100, seconds: 1_800),
        ScenarioStep("cool-down", percent: 10, seconds: 300),
    ]
}
