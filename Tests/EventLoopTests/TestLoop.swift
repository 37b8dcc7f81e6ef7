import EventLoop

/// A loop on a thread of its own for as long as the body runs.
func withLoop<Value, Failure: Error>(
    clock: LoopClock = .system, _ body: (EventLoop) async throws(Failure) -> Value
) async throws(Failure) -> Value {
    let thread = LoopThread(name: "test-loop", clock: clock)
    let outcome: Result<Value, Failure>
    do throws(Failure) {
        outcome = .success(try await body(thread.loop))
    } catch {
        outcome = .failure(error)
    }
    thread.stopAndJoin()
    return try outcome.get()
}

extension EventLoop {
    /// Runs the body as a task of this loop.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await Task(executorPreference: self) { try await body() }.value
    }

    /// Returns when what was queued has run, and what that queued in turn: a task that begins to sleep takes two
    /// steps to its timer.
    func settle() {
        for _ in 0..<4 { runAndWait {} }
    }
}

/// The same numbers in every run, so that a failure comes again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
