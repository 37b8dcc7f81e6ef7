import EventLoop
import Ticketing

/// Puts probe messages into the order queue in batches, as the desk does with those of concurrent purchases.
final class ProbeSender: TimerTarget {
    private let queue: any OrderQueue
    private let loop: EventLoop
    private var waiting: [(arrival: ArrivalSchedule.Arrival, lane: LoadLane)] = []
    private var timer: TimerID?
    private let run: String

    private static let gatherNs: UInt64 = 5_000_000

    init(_ queue: any OrderQueue, on loop: EventLoop) {
        self.queue = queue
        self.loop = loop
        run = "load-\(loop.readClockNs())"
    }

    func send(_ arrival: ArrivalSchedule.Arrival, of lane: LoadLane) {
        waiting.append((arrival, lane))
        if waiting.count >= queue.maxBatch { return flush() }
        if timer == nil { timer = loop.arm(self, atNs: loop.readClockNs() + Self.gatherNs) }
    }

    func timerFired() {
        timer = nil
        flush()
    }

    private func flush() {
        guard !waiting.isEmpty else { return }
        if let timer { loop.cancel(timer) }
        timer = nil
        let batch = waiting
        waiting = []
        let messages = batch.map { entry in
            let name = "\(run)-\(entry.arrival.number)"
            return OutgoingMessage(.probe(name), group: name, deduplicationID: name)
        }
        let queue = queue
        let bound = LoopBound(batch, on: loop)
        Task(executorPreference: loop) {
            var results: [EntryResult] = []
            do throws(PortError) {
                results = try await queue.send(messages)
            } catch {
                // Each of them failed: they are counted below.
            }
            for (index, entry) in bound.value.enumerated() {
                let isDone = index < results.count && results[index].isDone
                entry.lane.probeEnded(dueNs: entry.arrival.dueNs, isDone: isDone)
            }
        }
    }
}
