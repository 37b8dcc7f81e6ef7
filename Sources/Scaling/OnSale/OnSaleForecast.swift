/// What is expected of an on-sale, and what one task, one capacity unit was measured to do. All of it are settings:
/// the plan is arithmetic, and as right as these.
package struct OnSaleForecast: Equatable, Sendable {
    /// At the peak, as buyers send them, before any cache.
    package var requestsPerSecond: Int
    /// Of those, how many are purchases and other calls that no cache answers.
    package var confirmPercent = 5
    /// Of the others, how many the edge answers. Unknown addresses and cold caches make it less than one hopes.
    package var edgePercent = 80
    /// Purchases that succeed in a second, at the best: what the worker and the order book must bear.
    package var purchasesPerSecond = 1_000
    package var seatsPerIntent = 2
    package var responseBytes = 4_000
    /// Of everything planned, this much more: zones fail and forecasts do.
    package var headroomPercent = 30

    // What was measured, one of each.
    package var publicPerTask = 800
    package var confirmPerTask = 800
    package var workerPerTask = 100
    package var purchasesPerACU = 100

    package init(requestsPerSecond: Int) { self.requestsPerSecond = requestsPerSecond }

    package func check() throws(ScalingError) {
        let positive = [
            ("the expected requests", requestsPerSecond), ("purchases a second", purchasesPerSecond),
            ("seats an intent", seatsPerIntent), ("bytes an answer", responseBytes),
            ("requests a public task", publicPerTask), ("requests a confirm task", confirmPerTask),
            ("purchases a worker task", workerPerTask), ("purchases an ACU", purchasesPerACU),
        ]
        for (what, value) in positive where value <= 0 {
            throw ScalingError(.badForecast, "\(what) must be more than \(value)")
        }
        for (what, value) in [("confirm", confirmPercent), ("edge", edgePercent)] where !(0...100 ~= value) {
            throw ScalingError(.badForecast, "the \(what) share must be from 0 to 100 percent, not \(value)")
        }
        guard 0...1_000 ~= headroomPercent else {
            throw ScalingError(
                .badForecast, "the headroom must be from 0 to 1000 percent, not \(headroomPercent)")
        }
    }

    package var confirmRequestsPerSecond: Int { Self.share(confirmPercent, of: requestsPerSecond) }
    /// What the edge lets through to the public service.
    package var publicRequestsPerSecond: Int {
        Self.share(100 - edgePercent, of: requestsPerSecond - confirmRequestsPerSecond)
    }
    package var balancerRequestsPerSecond: Int { confirmRequestsPerSecond + publicRequestsPerSecond }
    /// Each intent once; messages that are queued again are few.
    package var queueSendsPerSecond: Int { purchasesPerSecond }

    /// Rounded up, as everything here is.
    static func share(_ percent: Int, of whole: Int) -> Int { divided(whole * percent, by: 100) }

    static func divided(_ value: Int, by divisor: Int) -> Int { (value + divisor - 1) / divisor }

    func withHeadroom(_ value: Int) -> Int { Self.share(100 + headroomPercent, of: value) }
}
