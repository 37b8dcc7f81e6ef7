/// Everything that is known of a run, or of several shards of one.
package struct RunReport: Equatable, Sendable {
    package struct Generator: Equatable, Sendable {
        package var loops = 0
        package var cpuNs: UInt64 = 0
        /// Wall time of the load, the longest of the shards.
        package var seconds = 0.0
        package var maxLatenessMs = 0
        /// Whether one of several was late: those that were not would hide it among all requests.
        package var aShardFellBehind = false

        package init() {}
    }

    package struct Route: Equatable, Sendable {
        package let operation: Operation
        package var latency: CompactHistogram
    }

    package var scenario: Scenario
    /// Whether it was put together. A report of one shard is whole in itself as long as it was not.
    package var isMerged = false
    package var target = ""
    /// Which parts of the run this is.
    package var shards: [String] = [Shard.whole.description]
    package var startedAtMs: Int64 = 0
    package var generator = Generator()
    package var total = Tally()
    package var routes: [Route] = []
    package var timeline = Timeline(slices: [])
    package var stops: [StopRules.Stop] = []
    package var wasInterrupted = false
    package var findings: [Finding] = []
    package var faults: [FaultRecord] = []
    package var scaling: [ScalingReaction] = []
    package var surprises: [String] = []
    package var soldSeats: [SoldSeats] = []

    package init(_ scenario: Scenario) { self.scenario = scenario }

    /// The generator was on time for all but one in a hundred.
    package var keptUp: Bool {
        !generator.aShardFellBehind
            && total.lateness.percentileUs(0.99) <= UInt64(generator.maxLatenessMs) * 1_000
    }

    /// What is not there of a run that was put together.
    package var missingShards: [String] {
        guard isMerged, let count = shards.first.flatMap({ Shard($0)?.count }) else { return [] }
        return (1...count).map { "\($0)/\(count)" }.filter { !shards.contains($0) }
    }

    /// What was seen broken stays broken, however late the generator was: a late one may not excuse a double sale. Nothing
    /// seen broken is a pass only when the load was what it was meant to be, to its end.
    package var outcome: RunOutcome {
        guard stops.isEmpty, !findings.contains(where: { $0.grade == .broken }) else { return .failed }
        return keptUp && !wasInterrupted && missingShards.isEmpty && total.ended > 0 ? .passed : .doesNotCount
    }

    /// Why a run that found nothing broken proves nothing; nil when it does.
    package var whyItDoesNotCount: String? {
        guard outcome == .doesNotCount else { return nil }
        if !keptUp { return "the generator fell behind: use more boxes or a lower rate" }
        if wasInterrupted { return "it was ended early" }
        return missingShards.isEmpty
            ? "not one request was made" : "shard \(missingShards.joined(separator: ", ")) is not there"
    }

    package var cpuPerRequestUs: Double {
        total.ended == 0 ? 0 : Double(generator.cpuNs) / 1_000 / Double(total.ended)
    }

    package func rate(_ count: Int) -> Double {
        generator.seconds > 0 ? Double(count) / generator.seconds : 0
    }
}
