import Ticketing

/// Runs tasks on the thread that asks it to, one job at a time: with a manual clock and a seed the same run
/// comes out the same every time.
package final class ManualExecutor: TaskExecutor, SerialExecutor {
    package enum StuckError: Error {
        /// Nobody is left to run and nobody sleeps on the clock, yet the operation has not ended.
        case nothingToRun
        /// It still has not ended at the moment given.
        case pastDeadline(Timestamp)
    }

    private let jobs = SharedState<[UnownedJob]>([])
    private let randomness: (any Randomness)?

    /// Without randomness jobs run in the order they came; with it the next one is drawn, so each seed is
    /// another interleaving.
    package init(randomness: (any Randomness)? = nil) {
        self.randomness = randomness
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        jobs.withLock { $0.append(unowned) }
    }

    /// Runs until no job is left, at most so many, and gives how many it ran.
    @discardableResult
    package func runUntilIdle(maxJobs: Int = 1_000_000) -> Int {
        var ran = 0
        while ran < maxJobs, let job = nextJob() {
            job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            ran += 1
        }
        return ran
    }

    /// Runs the operation to its end and moves the clock to the next sleeper whenever nobody else can go on.
    package func run<Value: Sendable>(
        _ clock: ManualClock, deadline: Timestamp = .latest,
        _ operation: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let ending = Ending<Value>()
        let task = Task(executorPreference: self) {
            do {
                ending.set(.success(try await operation()))
            } catch {
                ending.set(.failure(error))
            }
        }
        while true {
            runUntilIdle()
            if let result = ending.result { return try result.get() }
            guard let wake = clock.nextWake else {
                task.cancel()
                throw StuckError.nothingToRun
            }
            guard wake <= deadline else {
                task.cancel()
                throw StuckError.pastDeadline(deadline)
            }
            clock.advance(to: wake)
        }
    }

    private func nextJob() -> UnownedJob? {
        jobs.withLock { jobs in
            guard !jobs.isEmpty else { return nil }
            return jobs.remove(at: randomness?.below(jobs.count) ?? 0)
        }
    }

    private final class Ending<Value: Sendable>: Sendable {
        private let stored = SharedState<Result<Value, any Error>?>(nil)

        var result: Result<Value, any Error>? { stored.withLock { $0 } }

        func set(_ result: Result<Value, any Error>) { stored.withLock { $0 = result } }
    }
}
