import EventLoop
import Ticketing

/// The loops that make the load, one a core, each with its lane.
final class LaneFleet {
    private let order: LoadOrder
    private let board: LoopBound<RunBoard>
    private let loop: EventLoop
    private var threads: [LaneThread] = []
    private var lanes: [LoopBound<LaneSlot>] = []

    /// A thread that can stand in an array.
    private final class LaneThread {
        var thread: LoopThread?
        let loop: EventLoop

        init(name: String) {
            let thread = LoopThread(name: name, waking: .exact)
            loop = thread.loop
            self.thread = consume thread
        }
    }

    /// Where a loop keeps its lane.
    private final class LaneSlot {
        var lane: LoadLane?
        var probes: ProbeSender?
    }

    init(_ order: LoadOrder, board: RunBoard, on loop: EventLoop) {
        self.order = order
        self.board = LoopBound(board, on: loop)
        self.loop = loop
    }

    func begin(sale: SaleView, book: RequestBook, startNs: UInt64) {
        for index in 0..<order.loops {
            let thread = LaneThread(name: "load-\(index)")
            threads.append(thread)
            let plan = LanePlan(
                scenario: order.scenario, target: order.target, sale: sale, book: book,
                shard: order.shard.lane(index, of: order.loops), startNs: startNs,
                queueIsReachable: order.queue != nil)
            lanes.append(Self.lane(plan, on: thread.loop, queue: order.queue, home: loop, board: board))
        }
        for lane in lanes { lane.loop.execute { lane.value.lane?.begin() } }
    }

    func endEarly() {
        for lane in lanes { lane.loop.execute { lane.value.lane?.endEarly() } }
    }

    /// The lanes have ended.
    func stopAndJoin() {
        for lane in lanes {
            lane.loop.runAndWait {
                lane.value.lane = nil
                lane.value.probes = nil
            }
        }
        for thread in threads { if let running = thread.thread.take() { running.stopAndJoin() } }
        threads = []
        lanes = []
    }

    private static func lane(
        _ plan: LanePlan, on loop: EventLoop, queue: (any OrderQueue)?, home: EventLoop,
        board: LoopBound<RunBoard>
    ) -> LoopBound<LaneSlot> {
        loop.runAndWait {
            let slot = LaneSlot()
            slot.probes = queue.map { ProbeSender($0, on: loop) }
            let probes: ((ArrivalSchedule.Arrival, LoadLane) -> Void)? = slot.probes.map { sender in
                { [unowned sender] arrival, lane in sender.send(arrival, of: lane) }
            }
            slot.lane = LoadLane(
                loop: loop, plan: plan, probes: probes,
                deliver: { slice in home.execute { board.value.add(slice) } },
                finished: { result in home.execute { board.value.add(result) } })
            return LoopBound(slot, on: loop)
        }
    }
}
