/// Everything that is known of a run, or of several shards of one.
package struct RunReport: Equatable, Sendable {
    package struct Generator: Equatable, Sendable {
        package var loops = 0
        package var cpuNs: UInt64 = 0
        /// Wall time of the load, the longest of the shards.
        package var seconds = 0.0
        package var maxLatenessMs = 0

        package init() {}
    }

    package struct Route: Equatable, Sendable {
        package let operation: Operation
        package var latency: CompactHistogram
    }

    package var scenario: Scenario
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

    package init(_ scenario: Scenario) { self.scenario = scenario }

    /// The generator was on time for all but one in a hundred.
    package var keptUp: Bool {
        total.lateness.percentileUs(0.99) <= UInt64(generator.maxLatenessMs) * 1_000
    }

    package var outcome: RunOutcome {
        guard keptUp else { return .doesNotCount }
        return stops.isEmpty && !findings.contains { $0.grade == .broken } ? .passed : .failed
    }

    package var cpuPerRequestUs: Double {
        total.ended == 0 ? 0 : Double(generator.cpuNs) / 1_000 / Double(total.ended)
    }

    package func rate(_ count: Int) -> Double {
        generator.seconds > 0 ? Double(count) / generator.seconds : 0
    }
}
