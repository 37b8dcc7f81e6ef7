import JSON

/// Writes one JSON object a line and never waits for the reader of the lines.
///
///     logger.info("listening", in: context) { $0.member("port", 8080) }
package final class Logger: Sendable {
    package let level: LogLevel
    private let service: String
    private let sink: any LogSink
    private let wallClockMs: @Sendable () -> Int64

    package init(
        service: String, level: LogLevel, sink: any LogSink,
        wallClockMs: @escaping @Sendable () -> Int64 = SystemClock.wallMs
    ) {
        self.service = service
        self.level = level
        self.sink = sink
        self.wallClockMs = wallClockMs
    }

    package func debug(
        _ message: @autoclosure () -> String, in context: LogContext = .none,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) { log(.debug, message(), in: context, members) }

    package func info(
        _ message: @autoclosure () -> String, in context: LogContext = .none,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) { log(.info, message(), in: context, members) }

    package func warning(
        _ message: @autoclosure () -> String, in context: LogContext = .none,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) { log(.warning, message(), in: context, members) }

    package func error(
        _ message: @autoclosure () -> String, in context: LogContext = .none,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) { log(.error, message(), in: context, members) }

    /// A line whose level is known only now. Below the logger's level nothing is built and nothing evaluated.
    package func log(
        _ level: LogLevel, _ message: @autoclosure () -> String, in context: LogContext = .none,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) {
        guard level >= self.level else { return }
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            writer.member("time", timestampMs: wallClockMs())
            writer.member("level", level.name)
            writer.member("service", service)
            writer.member("message", message())
            if let requestID = context.requestID {
                writer.member("requestId", asciiCapacity: RequestID.length) { memory in
                    requestID.write(into: memory)
                    return RequestID.length
                }
            }
            if let trace = context.trace {
                writer.member("traceId", asciiCapacity: TraceContext.traceIDLength) { memory in
                    trace.writeTraceID(into: memory)
                    return TraceContext.traceIDLength
                }
            }
            members(&writer)
        }
        writer.appendRaw(UInt8(ascii: "\n"))
        writer.bytes.withUnsafeBytes { sink.write($0) }
    }

    /// Waits until the lines so far are out or the deadline has passed, before the process ends.
    @discardableResult
    package func flush(deadlineMs: Int) -> Bool { sink.flush(deadlineMs: deadlineMs) }
}
