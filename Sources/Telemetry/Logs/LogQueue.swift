import Glibc
import Synchronization

/// The lines between callers and the writing thread.
final class LogQueue: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        /// Dropped since the last line that found room.
        var lost: UInt64 = 0
        var lostInAll: UInt64 = 0
        var isWriterAsleep = false
        var isWriting = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let wakeUp = WakeUp()
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var lostLines: UInt64 { state.withLock { $0.lostInAll } }
    var isDrained: Bool { state.withLock { $0.waiting.isEmpty && !$0.isWriting } }

    func append(_ line: UnsafeRawBufferPointer) {
        let mustWake = state.withLock { state in
            // Room is asked for with the note about lost lines, so that the note cannot push the buffer over.
            guard state.waiting.count + line.count + 32 <= capacity else {
                state.lost += 1
                state.lostInAll += 1
                return false
            }
            state.waiting.append(contentsOf: line)
            if state.lost > 0 {
                // The line ends with `}` and a line feed: the note goes in as its last member.
                state.waiting.removeLast(2)
                state.waiting.append(contentsOf: ",\"lost\":\(state.lost)}\n".utf8)
                state.lost = 0
            }
            defer { state.isWriterAsleep = false }
            return state.isWriterAsleep
        }
        if mustWake { wakeUp.signal() }
    }

    func end() {
        state.withLock { $0.hasEnded = true }
        wakeUp.signal()
    }

    /// Puts the waiting lines into `batch` in exchange for its memory; sleeps while there are none. False at the end.
    func take(into batch: inout [UInt8]) -> Bool {
        batch.removeAll(keepingCapacity: true)
        while true {
            let hasLines = state.withLock { state -> Bool? in
                state.isWriting = !state.waiting.isEmpty
                if state.isWriting {
                    swap(&state.waiting, &batch)
                    return true
                }
                if state.hasEnded { return false }
                state.isWriterAsleep = true
                return nil
            }
            if let hasLines { return hasLines }
            wakeUp.wait()
            // One wake-up serves all the lines of these two milliseconds.
            usleep(2_000)
        }
    }

    /// Lines that could not be written are lost like those that found no room.
    func drop(_ count: UInt64) {
        state.withLock { state in
            state.lost += count
            state.lostInAll += count
        }
    }
}
