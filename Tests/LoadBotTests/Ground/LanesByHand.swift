import EventLoop
import Glibc
import HTTP
import Synchronization

@testable import LoadBot

/// One lane on a loop of its own, without what a run does around it, so that a test knows when everything was due.
enum LanesByHand {
    private final class Kept: Sendable {
        let total = Mutex(Tally())
        let taken = Mutex<[TakenSeats]>([])
        let lane = Mutex<LoopBound<LoadLane>?>(nil)
        let trace = Mutex<LoopBound<Trace>?>(nil)
    }

    /// Tells whether a lane is still there without keeping it.
    private struct Trace {
        weak var lane: LoadLane?
    }

    struct Run: Sendable {
        let startNs: UInt64
        let tally: Tally
        let result: LaneResult
        let taken: [TakenSeats]
        /// Whether nothing leads to the lane any more.
        let isGone: Bool
    }

    static func run(
        _ scenario: Scenario, at address: SocketAddress, shard: Shard = .whole, seats: [String] = ["A-1-1"],
        lateByMs: UInt64 = 0
    ) async -> Run {
        let thread = LoopThread(name: "test-lane", waking: .exact)
        let loop = thread.loop
        let sale = SaleView(events: [
            SaleView.Event(
                id: "e", seatsPerIntent: 1, holdSeconds: 600, mapTarget: "/public/events/e/map/h",
                sections: ["A"], seats: seats)
        ])
        let startNs = loop.clock.nowNs() + 100_000_000 - lateByMs * 1_000_000
        let plan = LanePlan(
            scenario: scenario, target: LoadTarget(address), sale: sale,
            book: RequestBook(
                sale: sale, publicHost: "h", confirmHost: "h", tokens: ["t"], keyPrefix: "k",
                paymentToken: "tok_ok"),
            shard: shard, startNs: startNs, queueIsReachable: false)
        let kept = Kept()
        let result = await withCheckedContinuation { continuation in
            loop.execute {
                let lane = LoadLane(
                    loop: loop, plan: plan, probes: nil,
                    deliver: { slice in
                        kept.total.withLock { $0.add(slice.tally) }
                        kept.taken.withLock { $0 += slice.taken }
                    },
                    finished: { continuation.resume(returning: $0) })
                kept.lane.withLock { $0 = LoopBound(lane, on: loop) }
                kept.trace.withLock { $0 = LoopBound(Trace(lane: lane), on: loop) }
                lane.begin()
            }
        }
        let isGone = loop.runAndWait {
            kept.lane.withLock { $0 = nil }
            return kept.trace.withLock { $0?.value.lane == nil }
        }
        thread.stopAndJoin()
        return Run(
            startNs: startNs, tally: kept.total.withLock { $0 }, result: result,
            taken: kept.taken.withLock { $0 }, isGone: isGone)
    }

    /// Reads only, evenly spaced.
    static func reads(perSecond rate: Double, seconds: Double, connections: Int = 512) -> Scenario {
        var scenario = Scenario()
        scenario.arrivals = .constant
        scenario.peakPerSecond = rate
        scenario.steps = [ScenarioStep("hold", percent: 100, seconds: seconds)]
        scenario.mix.publicShare = 100
        scenario.mix.confirmShare = 0
        scenario.mix.queueShare = 0
        scenario.connections = connections
        return scenario
    }
}

/// Percentiles as a list of all values has them.
func exactPercentileNs(_ values: [UInt64], _ share: Double) -> UInt64 {
    let sorted = values.sorted()
    return sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
}

/// Whether the long form is asked for.
let isProving = proveIsSet()

/// A build with the thread sanitizer is ten times as slow, and does not keep up with as many requests.
let isSanitized = getenv("TSAN_OPTIONS") != nil
