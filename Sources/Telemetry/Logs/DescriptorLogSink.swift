import Glibc

/// Writes lines to a file descriptor from a thread of its own.
///
/// A caller only copies its line into a buffer of bounded size. When whoever reads the descriptor is slower than the
/// lines come, lines are dropped and counted, and the next line that finds room says how many in its member `lost`.
package final class DescriptorLogSink: LogSink {
    private let queue: LogQueue

    /// `capacity` bounds the bytes that wait; as many again may be on their way out.
    package init(descriptor: Int32 = STDOUT_FILENO, capacity: Int = 1 << 20) {
        queue = LogQueue(capacity: capacity)
        LogWriterThread.start(queue: queue, descriptor: descriptor)
    }

    /// The thread writes what is left, then ends by itself.
    deinit { queue.end() }

    package func write(_ line: UnsafeRawBufferPointer) { queue.append(line) }

    package func flush(deadlineMs: Int) -> Bool {
        let deadline = SystemClock.monotonicMs() + Int64(deadlineMs)
        while !queue.isDrained {
            guard SystemClock.monotonicMs() < deadline else { return false }
            // Only at shutdown: a shorter way to wait is not worth a second wake-up path.
            usleep(500)
        }
        return true
    }

    /// How many lines were dropped since the start.
    package var lostLines: UInt64 { queue.lostLines }
}
