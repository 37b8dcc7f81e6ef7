import Glibc
import Synchronization

/// Decides what is traced, and hands finished traces to X-Ray. One a process.
package final class Tracer: Sendable {
    package struct Limits: Sendable {
        /// Of requests about which no caller has decided.
        package let samplePercent: Double
        /// Whoever decides: a caller who wants everything traced must not make us pay for it.
        package let maxPerSecond: Int

        package init(samplePercent: Double, maxPerSecond: Int) {
            self.samplePercent = samplePercent
            self.maxPerSecond = maxPerSecond
        }
    }

    private struct Draw: Sendable {
        var state: UInt64
        var second: Int64 = 0
        var begunInSecond = 0

        /// A step of a xorshift generator: enough for a sample and for ids that nobody must guess.
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    let service: String
    let version: String
    let wallClockUs: @Sendable () -> Int64
    private let sink: any SegmentSink
    /// Of 2^32 equally likely draws, those below this are traced.
    private let threshold: UInt64
    private let maxPerSecond: Int
    private let draw: Mutex<Draw>
    private let sent: Counter
    private let dropped: Counter
    private let overLimit: Counter

    package init(
        service: String, version: String, limits: Limits, sink: any SegmentSink, metrics: MetricsRegistry,
        seed: UInt64 = .random(in: .min ... .max),
        wallClockUs: @escaping @Sendable () -> Int64 = SystemClock.wallUs
    ) {
        self.service = service
        self.version = version
        self.sink = sink
        self.wallClockUs = wallClockUs
        threshold = UInt64(max(0, min(100, limits.samplePercent)) / 100 * 4_294_967_296)
        maxPerSecond = limits.maxPerSecond
        draw = Mutex(Draw(state: seed | 1))
        sent = metrics.counter("ticket_trace_segments_total", help: "Traced pieces of work that were sent.")
        dropped = metrics.counter(
            "ticket_trace_dropped_total", help: "Traced pieces of work that the daemon could not be given.")
        overLimit = metrics.counter(
            "ticket_trace_over_limit_total", help: "Work not traced because enough was in that second.")
    }

    /// A span when this work is to be traced. A caller's decision stands; without one, chance decides.
    package func begin(_ caller: TraceCaller? = nil) -> Span? {
        guard caller?.isSampled != false else { return nil }
        let nowUs = wallClockUs()
        let ids = draw.withLock { draw -> (high: UInt64, low: UInt64, span: UInt64)? in
            guard caller?.isSampled == true || draw.next() & 0xffff_ffff < threshold else { return nil }
            let second = nowUs / 1_000_000
            if draw.second != second {
                draw.second = second
                draw.begunInSecond = 0
            }
            draw.begunInSecond += 1
            guard draw.begunInSecond <= maxPerSecond else {
                overLimit.add()
                return nil
            }
            return (draw.next(), draw.next(), draw.next())
        }
        guard let ids else { return nil }
        // X-Ray wants the time in front of a new trace's id; what a caller gave stays as it is.
        let seconds = UInt64(truncatingIfNeeded: nowUs / 1_000_000) & 0xffff_ffff
        return Span(
            context: TraceContext(
                high: caller?.traceIDHigh ?? (seconds << 32 | ids.high & 0xffff_ffff),
                low: caller?.traceIDLow ?? max(ids.low, 1), span: max(ids.span, 1), isSampled: true),
            parentSpanID: caller?.parentSpanID ?? 0, tracer: self)
    }

    func randomID() -> UInt64 { draw.withLock { $0.next() } }

    func send(_ segment: SegmentDocument) {
        if sink.send(segment.datagram) { sent.add() } else { dropped.add() }
    }
}
