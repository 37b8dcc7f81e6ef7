import CLinux
import EventLoop
import HTTP
import Ticketing

/// What to run, and beside what.
package struct LoadOrder: Sendable {
    package var scenario: Scenario
    package var target: LoadTarget
    package var targetName: String
    package var loops = 1
    package var shard = LoadBot.Shard.whole
    /// Buyers' tokens; without any, guests are asked for.
    package var tokens: [String] = []
    package var metrics: [(address: SocketAddress, host: String, path: String)] = []
    package var faults: [FaultPlan] = []
    /// Where probe messages go, when it is in reach.
    package var queue: (any OrderQueue)?
    /// How many tasks run now, where somebody can tell.
    package var countTasks: (@Sendable () async -> Int?)?
    /// Whether to follow every purchase to its end afterwards.
    package var checksGuarantees = true

    package init(_ scenario: Scenario, target: LoadTarget, targetName: String) {
        self.scenario = scenario
        self.target = target
        self.targetName = targetName
    }
}

/// A run from its first look at the target to its report. It belongs to the loop that it is begun on; the load has
/// loops of its own.
package final class LoadRun {
    let order: LoadOrder
    let loop: EventLoop
    private(set) var board: RunBoard
    let publicClient: HTTPClient
    let confirmClient: HTTPClient
    /// Told when the load is over and the check of the guarantees begins.
    package var settling: () -> Void = {}
    var taskSamples: [(atSeconds: Double, tasks: Int)] = []
    private var startNs: UInt64 = 0

    /// Time for the lanes to be made before the first arrival is due.
    private static let headStartNs: UInt64 = 100_000_000

    package init(
        _ order: LoadOrder, on loop: EventLoop, observer: @escaping (LiveView.Moment) -> Void = { _ in }
    ) {
        self.order = order
        self.loop = loop
        board = RunBoard(order.scenario, lanes: order.loops, observer: observer)
        var settings = ClientSettings()
        settings.maxWaiting = 100_000
        publicClient = HTTPClient(loop: loop, address: order.target.publicAddress, settings: settings)
        confirmClient = HTTPClient(loop: loop, address: order.target.confirmAddress, settings: settings)
    }

    /// Ends the load early, or keeps it from beginning; the report is made all the same.
    package func interrupt() { board.interrupt() }

    package func run() async throws(LoadFailure) -> RunReport {
        defer {
            publicClient.close()
            confirmClient.close()
        }
        let survey = SaleSurvey(loop: loop, publicClient: publicClient, confirmClient: confirmClient)
        try await survey.checkHealth()
        let sale = try await survey.sale(order.scenario.events)
        let needsBuyers = order.scenario.mix.confirmShare > 0 || order.scenario.mix.queueShare > 0
        let tokens =
            !order.tokens.isEmpty
            ? order.tokens
            : needsBuyers
                ? try await survey.guests(
                    order.shard.share(of: order.scenario.buyers), isCalledOff: { board.wasInterrupted })
                : ["-"]
        let startedAtMs = clinux_wall_ms()
        // Nothing has been asked for that would have to be followed, and nothing is.
        guard !board.wasInterrupted else { return report(startedAtMs: startedAtMs, []) }
        // Before the start is set: with hundreds of thousands of seats it takes longer than the head start.
        let book = RequestBook(
            sale: sale, publicHost: order.target.publicHost, confirmHost: order.target.confirmHost,
            tokens: tokens, keyPrefix: "load-\(startedAtMs)-\(order.shard.index)",
            paymentToken: order.scenario.purchases.paymentToken)

        let watch = SaleWatch(
            loop: loop, client: publicClient, sale: sale, limits: order.scenario.verdict)
        board.taken = { watch.note($0) }
        let faults = await drive(sale, book, watch)
        var report = report(startedAtMs: startedAtMs, faults)
        if order.checksGuarantees {
            settling()
            (report.findings, report.soldSeats) = await Judgement(
                loop: loop, publicClient: publicClient, confirmClient: confirmClient, sale: sale, book: book,
                tokens: tokens, limits: order.scenario.verdict, watch: watch, results: board.results
            ).judge()
        }
        return report
    }

    /// The load itself, with all that goes on beside it.
    private func drive(
        _ sale: SaleView, _ book: RequestBook, _ watch: SaleWatch
    ) async -> [FaultRecord] {
        startNs = loop.readClockNs() + Self.headStartNs
        let startNs = startNs
        let fleet = LaneFleet(order, board: board, on: loop)
        board.endEarly = { fleet.endEarly() }
        fleet.begin(sale: sale, book: book, startNs: startNs)
        let bound = LoopBound((self, watch), on: loop)
        let faults = await withTaskGroup(of: [FaultRecord].self) { group in
            group.addTask(executorPreference: loop) {
                let (run, watch) = bound.value
                await run.watchSale(watch)
                return []
            }
            group.addTask(executorPreference: loop) {
                await bound.value.0.watchSystem(startNs: startNs)
                return []
            }
            group.addTask(executorPreference: loop) {
                await bound.value.0.watchTasks(startNs: startNs)
                return []
            }
            for fault in order.faults {
                group.addTask(executorPreference: loop) {
                    let (run, _) = bound.value
                    let record = await FaultRun.run(
                        fault, startNs: startNs, on: run.loop, began: { run.board.faultBegan() },
                        isOver: { run.board.isOver })
                    guard let record else { return [] }
                    run.board.faultEnded(atSeconds: record.endedAt)
                    return [record]
                }
            }
            await board.waitUntilOver()
            var records: [FaultRecord] = []
            for await found in group { records += found }
            return records
        }
        fleet.stopAndJoin()
        return faults.sorted { $0.startedAt < $1.startedAt }
    }

    private func watchSale(_ watch: SaleWatch) async {
        // Who measures only is not to be disturbed by looks.
        guard order.checksGuarantees else { return }
        while !board.isOver {
            await watch.look()
            board.system.merge(watch.figures) { _, newer in newer }
            await pause(ms: 500)
        }
    }

    private func watchSystem(startNs: UInt64) async {
        let clients = order.metrics.map { source in
            MetricsWatch.Source(
                client: HTTPClient(loop: loop, address: source.address, host: source.host),
                target: source.path)
        }
        let watch = MetricsWatch(loop: loop, sources: clients)
        while !board.isOver {
            board.system.merge(await watch.read()) { _, newer in newer }
            await pause(ms: 1_000)
        }
        for client in clients { client.client.close() }
    }

    /// Seldom: a count may cost the machine a second of work.
    private func watchTasks(startNs: UInt64) async {
        guard let countTasks = order.countTasks else { return }
        while !board.isOver {
            if let tasks = await countTasks() {
                board.system["tasks"] = Double(tasks)
                let nowNs = loop.readClockNs()
                taskSamples.append((Double(nowNs - min(startNs, nowNs)) / 1e9, tasks))
            }
            await pause(ms: 5_000)
        }
    }

    /// In short steps, so that the end of the load is not waited past.
    private func pause(ms: Int) async {
        for _ in 0..<max(1, ms / 50) where !board.isOver { await loop.sleep(forMs: 50) }
    }

    /// All but the findings.
    private func report(startedAtMs: Int64, _ faults: [FaultRecord]) -> RunReport {
        var report = RunReport(order.scenario)
        report.startedAtMs = startedAtMs
        report.target = order.targetName
        report.shards = [order.shard.description]
        report.total = board.total
        report.timeline = board.timeline
        report.stops = board.stop.map { [$0] } ?? []
        report.wasInterrupted = board.wasInterrupted
        report.routes = Operation.allCases.map { operation in
            var latency = LatencyHistogram()
            for result in board.results { latency.add(result.latencyByOperation[operation.rawValue]) }
            return RunReport.Route(operation: operation, latency: CompactHistogram(latency))
        }
        report.generator.loops = order.loops
        report.generator.maxLatenessMs = order.scenario.maxLatenessMs
        report.generator.cpuNs = board.results.reduce(0) { $0 + $1.cpuNs }
        let endNs = board.results.map(\.endedAtNs).max() ?? startNs
        report.generator.seconds = Double(endNs - min(startNs, endNs)) / 1e9
        report.faults = faults.map { fault in
            var fault = fault
            fault.recoverySeconds = RecoveryTime.seconds(
                after: fault.endedAt, in: board.points, order.scenario.stop)
            return fault
        }
        report.scaling = ScalingReaction.reactions(plan: order.scenario.ratePlan, samples: taskSamples)
        report.surprises = Array(board.results.flatMap(\.surprises).prefix(20))
        return report
    }
}
