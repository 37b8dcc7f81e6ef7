/// A run over time, coarse enough to keep: hours have as many slices as minutes.
package struct Timeline: Equatable, Sendable {
    package struct Slice: Equatable, Sendable {
        package var startsAt: Double
        package var seconds: Double
        package var offered = 0
        package var answered = 0
        package var refused = 0
        package var failed = 0
        package var unexpected = 0
        package var waiting = 0
        package var latenessP99Us: UInt64 = 0
        package var latency = CompactHistogram()
        /// What the system's own metrics said at its end, by name.
        package var system: [String: Double] = [:]
    }

    package private(set) var slices: [Slice] = []
    private let mostSlices: Int
    /// How many fine slices make one.
    private let width: Int
    private var open = Tally()
    private var openCount = 0
    private var openWaiting = 0
    private var openSystem: [String: Double] = [:]
    private var openStartsAt = 0.0

    package static let usualMost = 600

    /// `expected` is how many fine slices the run will have if nothing ends it.
    package init(expected: Int, most: Int = usualMost) {
        mostSlices = most
        width = max(1, (expected + most - 1) / most)
    }

    package init(slices: [Slice]) {
        self.init(expected: slices.count, most: max(slices.count, 1))
        self.slices = slices
    }

    package mutating func add(
        _ tally: Tally, startsAt: Double, seconds: Double, waiting: Int, system: [String: Double]
    ) {
        if openCount == 0 { openStartsAt = startsAt }
        open.add(tally)
        openCount += 1
        openWaiting = max(openWaiting, waiting)
        openSystem.merge(system) { _, newer in newer }
        if openCount == width { close(endsAt: startsAt + seconds) }
    }

    package mutating func finish(endsAt: Double) {
        if openCount > 0 { close(endsAt: max(endsAt, openStartsAt)) }
    }

    private mutating func close(endsAt: Double) {
        slices.append(
            Slice(
                startsAt: openStartsAt, seconds: endsAt - openStartsAt, offered: open.offered,
                answered: open.answered, refused: open.operations.total(.refused), failed: open.failed,
                unexpected: open.unexpected, waiting: openWaiting,
                latenessP99Us: open.lateness.percentileUs(0.99), latency: CompactHistogram(open.latency),
                system: openSystem))
        open = Tally()
        openCount = 0
        openWaiting = 0
        openSystem = [:]
    }
}

/// A histogram that takes as much memory as it has to say.
package struct CompactHistogram: Equatable, Sendable {
    private var occupied: [Counter] = []
    private var sumNs: UInt64 = 0
    private var maxNs: UInt64 = 0

    private struct Counter: Equatable {
        var index: UInt32
        var count: UInt64
    }

    package init() {}

    package init(_ histogram: LatencyHistogram) {
        occupied = histogram.occupied.map { Counter(index: UInt32($0.index), count: $0.count) }
        sumNs = histogram.sumNs
        maxNs = histogram.maxNs
    }

    package var histogram: LatencyHistogram {
        LatencyHistogram(
            occupied: occupied.map { (Int($0.index), $0.count) }, sumNs: sumNs, maxNs: maxNs)!
    }

    package mutating func add(_ other: CompactHistogram) {
        var sum = histogram
        sum.add(other.histogram)
        self = CompactHistogram(sum)
    }
}
