import Telemetry
import Ticketing

/// What everything on one loop shares: time, chance, where tasks run, and whom to tell.
struct Surroundings {
    let clock: any WallClock
    let randomness: any Randomness
    /// The loop's own executor: what belongs to the loop is touched nowhere else.
    let executor: any TaskExecutor
    let workshop: Workshop
    let codings = CodingChoice()
    let settings: PublicSettings
    let counts: PublicCounts
    let health: SourceHealth
    let logger: Logger
    /// Nil where nothing is traced.
    var tracer: Tracer?

    /// Starts work on the loop that nobody waits for.
    func start<Owner: AnyObject>(
        _ owner: Owner, _ work: @escaping @Sendable (LoopConfined<Owner>) async -> Void
    ) -> Task<Void, Never> {
        let confined = LoopConfined(owner)
        return Task(executorPreference: executor) { await work(confined) }
    }

    var jitter: Double { Double(randomness.below(1_000)) / 1_000 }
}
