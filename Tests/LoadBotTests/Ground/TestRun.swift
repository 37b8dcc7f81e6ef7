import EventLoop
import HTTP
import LoadBot

/// A run against a sale that does something wrong, or nothing.
enum TestRun {
    /// Short, and as fast as a crowded machine still is.
    static func scenario() -> Scenario {
        var scenario = Scenario()
        scenario.name = "test"
        scenario.peakPerSecond = 200
        scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 2)]
        scenario.buyers = 4
        scenario.connections = 64
        scenario.timeoutMs = 5_000
        scenario.purchases.repeatPercent = 20
        scenario.purchases.cancelPercent = 20
        scenario.verdict.settleSeconds = 0.5
        // What is proven here is what is found, not how fast it is.
        scenario.maxLatenessMs = 60_000
        scenario.stop.p95Ms = 5_000
        scenario.stop.notHeldSeconds = 60
        scenario.stop.failedPercent = 100
        scenario.stop.failedSeconds = 1
        return scenario
    }

    static func report(_ misdeed: Misdeed, _ change: (inout Scenario) -> Void = { _ in }) async throws
        -> RunReport
    {
        var scenario = scenario()
        change(&scenario)
        return try await TestService.run(
            routes: { router, loop in TestSale(misdeed, on: loop).addRoutes(to: router) },
            { [scenario] address, _ in try await report(scenario, at: address) })
    }

    /// `first` is done on the run's own loop before it begins.
    static func report(
        _ scenario: Scenario, at address: SocketAddress, loops: Int = 1, shard: Shard = .whole,
        first: @escaping @Sendable (LoadRun) -> Void = { _ in }
    ) async throws -> RunReport {
        let thread = LoopThread(name: "test-home")
        let loop = thread.loop
        let task = Task(executorPreference: loop) { () async throws -> RunReport in
            var order = LoadOrder(
                scenario, target: LoadTarget(address), targetName: "http://\(address)")
            order.loops = loops
            order.shard = shard
            let run = LoadRun(order, on: loop)
            first(run)
            return try await run.run()
        }
        let result = await task.result
        thread.stopAndJoin()
        return try result.get()
    }
}

extension RunReport {
    func grade(_ guarantee: String) -> Finding.Grade? {
        findings.first { $0.guarantee == guarantee }?.grade
    }

    var broken: [String] { findings.filter { $0.grade == .broken }.map(\.guarantee) }
}
