import EventLoop
import Ticketing

/// The messages of one loop on their way into the queue: requests that come together share a call.
final class SendDesk: TimerTarget {
    typealias Outcome = Result<[EntryResult], PortError>

    private struct Waiting {
        let messages: [OutgoingMessage]
        let continuation: UnsafeContinuation<Outcome, Never>
    }

    private let loop: EventLoop
    private let call: BatchCall
    private var gathering = SendGathering<Waiting>()
    private var timer: TimerID?

    init(loop: EventLoop, call: BatchCall) {
        self.loop = loop
        self.call = call
    }

    /// The caller runs on the loop.
    func send(_ messages: [OutgoingMessage], bytes: Int) async throws(PortError) -> [EntryResult] {
        let outcome: Outcome = await withUnsafeContinuation { continuation in
            let waiting = Waiting(messages: messages, continuation: continuation)
            let step = gathering.add(
                waiting, weight: messages.count, bytes: bytes, nowNs: loop.readClockNs())
            for batch in step.batches { begin(batch) }
            if !step.batches.isEmpty { stopTimer() }
            if let wakeAtNs = step.wakeAtNs { timer = loop.arm(self, atNs: wakeAtNs) }
        }
        return try outcome.get()
    }

    private func stopTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    func timerFired() {
        timer = nil
        if let batch = gathering.due() { begin(batch) }
    }

    private func begin(_ batch: [Waiting]) {
        let call = call
        Task(executorPreference: loop) {
            let messages = batch.flatMap(\.messages)
            let outcome: Outcome
            do throws(PortError) {
                outcome = .success(try await call.send(messages))
            } catch {
                outcome = .failure(error)
            }
            var place = 0
            for waiting in batch {
                let places = place..<(place + waiting.messages.count)
                place = places.upperBound
                waiting.continuation.resume(returning: outcome.map { Array($0[places]) })
            }
        }
    }
}
