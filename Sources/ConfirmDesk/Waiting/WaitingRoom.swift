import Ticketing

/// Where the requests of a loop wait for each other, none of them longer than its deadline.
struct WaitingRoom: Sendable {
    let clock: any WallClock
    /// The loop, so that the clock wakes a waiting request on the thread it belongs to.
    let executor: (any TaskExecutor)?

    /// Nil when the deadline came first. Whoever waits has to end by itself then: nobody will call it.
    func wait<Value: Sendable>(_ waiting: Waiting<Value>, until deadline: Timestamp) async -> Value? {
        let timer = Task(executorPreference: executor) { [clock] in
            guard (try? await clock.sleep(until: deadline)) != nil else { return }
            _ = waiting.end(with: nil)
        }
        defer { timer.cancel() }
        return await waiting.value()
    }
}
