import Synchronization

/// Where finished lines go.
package protocol LogSink: Sendable {
    /// Takes one line: a JSON object and a line feed. Never waits for whoever reads the lines.
    func write(_ line: UnsafeRawBufferPointer)

    /// Waits until everything taken so far is out, or the deadline has passed; whether it is out.
    func flush(deadlineMs: Int) -> Bool
}

/// Keeps the lines in memory, for tests that read what was logged.
package final class CapturingLogSink: LogSink {
    private let captured = Mutex<[String]>([])

    package init() {}

    package func write(_ line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self)
        captured.withLock { $0.append(text) }
    }

    package func flush(deadlineMs: Int) -> Bool { true }

    /// Every line so far, each with its line feed.
    package var lines: [String] { captured.withLock { $0 } }
}
