import JSON
import Telemetry
import Testing

@Suite("Logger")
struct LoggerTests {
    private let sink = CapturingLogSink()

    private func logger(_ level: LogLevel = .info) -> Logger {
        Logger(service: "ticket-public", level: level, sink: sink) { 1_795_248_000_000 }
    }

    @Test("a line is one JSON object with time, level, service, message and the members that were given")
    func line() {
        logger().info("listening") { $0.member("port", 8080) }
        #expect(
            sink.lines == [
                #"{"time":"2026-11-21T08:00:00.000Z","level":"info","service":"ticket-public","#
                    + #""message":"listening","port":8080}"# + "\n"
            ])
    }

    @Test("a line of a request carries its request id and its trace id")
    func context() throws {
        var source = RequestIDSource(random: 1)
        let trace = Array("00-00000000000000ab00000000000000ab-00000000000000ab-00".utf8).withUnsafeBytes {
            TraceContext(parsing: $0)
        }
        logger().warning("slow", in: LogContext(requestID: source.next(), trace: trace))
        let line = try JSONValue(parsing: String(try #require(sink.lines.first).dropLast()))
        #expect(line["requestId"]?.string == "aaaaaaaaabaaaaaaaaab")
        #expect(line["traceId"]?.string == "00000000000000ab00000000000000ab")
        #expect(line["level"]?.string == "warning")
    }

    @Test("a line stays one line whatever is logged")
    func injection() throws {
        logger().error("first\n{\"level\":\"info\"}") { $0.member("path", "/a\r\nb\u{0}") }
        let line = try #require(sink.lines.first)
        #expect(sink.lines.count == 1)
        #expect(line.count { $0.isNewline } == 1)
        #expect(
            try JSONValue(parsing: String(line.dropLast()))["message"]?.string
                == "first\n{\"level\":\"info\"}")
    }

    @Test("below the level nothing is written and nothing is evaluated")
    func level() {
        var evaluated = 0
        func message() -> String {
            evaluated += 1
            return "m"
        }
        let logger = logger(.warning)
        logger.debug(message())
        logger.info(message()) { _ in evaluated += 1 }
        #expect(evaluated == 0)
        logger.warning(message())
        logger.error(message())
        #expect(evaluated == 2)
        #expect(sink.lines.count == 2)
    }

    @Test("levels are known by name, in order")
    func names() {
        #expect(LogLevel("debug") == .debug)
        #expect(LogLevel("error") == .error)
        #expect(LogLevel("Info") == nil)
        #expect(LogLevel.debug < .info && LogLevel.info < .warning && LogLevel.warning < .error)
    }
}
