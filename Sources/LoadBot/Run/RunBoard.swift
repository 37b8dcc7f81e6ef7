import EventLoop

/// Where the lanes' slices come together: on the loop of whoever started the run.
final class RunBoard {
    private struct Gathering {
        var tally = Tally()
        var waiting = 0
        var lanes = 0
    }

    private let scenario: Scenario
    private let plan: RatePlan
    private let lanes: Int
    private let observer: (LiveView.Moment) -> Void
    private var gathering: [Int: Gathering] = [:]
    private var nextSlice = 0
    private var rules: StopRules
    private(set) var timeline: Timeline
    private(set) var points: [SlicePoint] = []
    private(set) var total = Tally()
    private(set) var stop: StopRules.Stop?
    private(set) var wasInterrupted = false
    private(set) var results: [LaneResult] = []
    /// What the watchers saw last.
    var system: [String: Double] = [:]
    private var faultsGoingOn = 0
    private var faultEndedAt: Double?
    private var waiter: UnsafeContinuation<Void, Never>?
    /// Told of seats that were just bought.
    var taken: ([TakenSeats]) -> Void = { _ in }
    /// Tells the lanes to begin nothing new.
    var endEarly: () -> Void = {}

    init(_ scenario: Scenario, lanes: Int, observer: @escaping (LiveView.Moment) -> Void) {
        self.scenario = scenario
        self.lanes = lanes
        self.observer = observer
        plan = scenario.ratePlan
        rules = StopRules(scenario.stop, timeScale: scenario.timeScale)
        timeline = Timeline(expected: Int(plan.seconds / sliceSeconds(scenario)) + 1)
    }

    var isOver: Bool { results.count == lanes }

    func add(_ slice: LaneSlice) {
        // A slice that was closed without this lane: what it counted goes into the next, so nothing is lost.
        let index = max(slice.index, nextSlice)
        var gathered = gathering.removeValue(forKey: index) ?? Gathering()
        gathered.tally.add(slice.tally)
        gathered.waiting += slice.waiting
        if index == slice.index { gathered.lanes += 1 }
        gathering[index] = gathered
        taken(slice.taken)
        closeSlices()
    }

    /// A lane that has ended sends no more slices: those that wait for it are closed.
    func add(_ result: LaneResult) {
        results.append(result)
        closeSlices()
        guard isOver else { return }
        timeline.finish(endsAt: Double(nextSlice) * sliceSeconds(scenario))
        waiter?.resume()
        waiter = nil
    }

    func interrupt() {
        wasInterrupted = true
        endEarly()
    }

    func faultBegan() { faultsGoingOn += 1 }

    func faultEnded(atSeconds: Double) {
        faultsGoingOn -= 1
        faultEndedAt = atSeconds
    }

    /// From the beginning of a fault to the first slice behind it that is in bounds again, or until patience is out.
    private func isInFault(_ point: SlicePoint) -> Bool {
        guard faultsGoingOn == 0 else { return true }
        guard let endedAt = faultEndedAt else { return false }
        let isPast = point.startsAt > endedAt + scenario.stop.recoverySeconds * scenario.timeScale
        if isPast || point.startsAt >= endedAt && RecoveryTime.isInBounds(point, scenario.stop) {
            faultEndedAt = nil
            return false
        }
        return true
    }

    /// Suspends until every lane has ended.
    func waitUntilOver() async {
        await withUnsafeContinuation { continuation in
            // In here and not before: the call takes a turn through the loop's queue, and the last may end in it.
            guard !isOver else { return continuation.resume() }
            waiter = continuation
        }
    }

    private func closeSlices() {
        while let gathered = gathering[nextSlice], gathered.lanes >= lanes - results.count || isOver {
            gathering[nextSlice] = nil
            close(gathered)
            nextSlice += 1
        }
    }

    private func close(_ gathered: Gathering) {
        let seconds = sliceSeconds(scenario)
        let startsAt = Double(nextSlice) * seconds
        total.add(gathered.tally)
        timeline.add(
            gathered.tally, startsAt: startsAt, seconds: seconds, waiting: gathered.waiting, system: system)
        let point = SlicePoint(gathered.tally, startsAt: startsAt, seconds: seconds)
        points.append(point)
        // Behind the last step only what is on its way comes in.
        if stop == nil, !wasInterrupted, point.endsAt <= plan.seconds + 1e-6,
            let stop = rules.observe(point, isInFault: isInFault(point))
        {
            self.stop = stop
            endEarly()
        }
        observer(
            LiveView.Moment(
                atSeconds: point.endsAt, plan: plan, slice: gathered.tally, sliceSeconds: seconds,
                total: total, waiting: gathered.waiting, system: system))
    }
}

private func sliceSeconds(_ scenario: Scenario) -> Double { Double(scenario.sliceMs) / 1_000 }
