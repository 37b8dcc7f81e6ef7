import JSON

/// A finished piece of work as the X-Ray daemon takes it: a line that says how to read what follows, and one JSON
/// object.
struct SegmentDocument: Sendable {
    let service: String
    let version: String
    let context: TraceContext
    let parentSpanID: UInt64
    let beganUs: Int64
    let endedUs: Int64
    let outcome: SpanOutcome
    let state: Span.State

    private static let header: StaticString = "{\"format\":\"json\",\"version\":1}\n"

    var datagram: [UInt8] {
        var writer = JSONWriter(capacity: 1_024)
        writer.object { write(to: &$0) }
        return Array(UnsafeBufferPointer(start: Self.header.utf8Start, count: Self.header.utf8CodeUnitCount))
            + writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        writer.member("name", service)
        writer.member("id", LowerHex.text(context.spanID))
        writer.member("trace_id", traceID)
        if parentSpanID != 0 { writer.member("parent_id", LowerHex.text(parentSpanID)) }
        writer.member("start_time", raw: Self.seconds(beganUs))
        writer.member("end_time", raw: Self.seconds(endedUs))
        writer.object("service") { $0.member("version", version) }
        writeOutcome(to: &writer)
        writeNotes(to: &writer)
        guard !state.calls.isEmpty else { return }
        writer.array("subsegments") { writer in
            for call in state.calls { writer.object { Self.write(call, to: &$0) } }
        }
    }

    /// The 32 digits of the W3C, the first eight apart.
    private var traceID: String {
        let high = LowerHex.text(context.traceIDHigh)
        return "1-\(high.prefix(8))-\(high.dropFirst(8))\(LowerHex.text(context.traceIDLow))"
    }

    private func writeOutcome(to writer: inout JSONWriter) {
        switch outcome {
        case .done: return
        case .failed(let reason):
            writer.member("fault", true)
            Self.writeCause(reason, id: context.spanID, to: &writer)
        case .http(let method, let path, let status):
            writer.object("http") { writer in
                writer.object("request") { writer in
                    writer.member("method", method)
                    writer.member("url", path)
                }
                writer.object("response") { $0.member("status", status) }
            }
            if status == 429 { writer.member("throttle", true) }
            if (400..<500).contains(status) { writer.member("error", true) }
            if status >= 500 { writer.member("fault", true) }
        }
    }

    private func writeNotes(to writer: inout JSONWriter) {
        guard !state.notes.isEmpty || state.leftOut > 0 else { return }
        writer.object("annotations") { writer in
            for note in state.notes { writer.member(note.name, note.text) }
            if state.leftOut > 0 { writer.member("calls_left_out", state.leftOut) }
        }
    }

    private static func write(_ call: Span.Call, to writer: inout JSONWriter) {
        writer.member("name", call.target)
        writer.member("id", LowerHex.text(call.id))
        writer.member("start_time", raw: seconds(call.beganUs))
        writer.member("end_time", raw: seconds(call.endedUs))
        writer.member("namespace", "remote" as StaticString)
        writer.object("annotations") { $0.member("operation", call.operation) }
        guard let failure = call.failure else { return }
        writer.member("fault", true)
        writeCause(failure, id: call.id, to: &writer)
    }

    private static func writeCause(_ reason: String, id: UInt64, to writer: inout JSONWriter) {
        writer.object("cause") { writer in
            writer.array("exceptions") { writer in
                writer.object { writer in
                    writer.member("id", LowerHex.text(id))
                    writer.member("message", reason)
                }
            }
        }
    }

    /// Seconds since 1970 with all six digits, which a `Double` written shortest would not always keep apart.
    private static func seconds(_ us: Int64) -> [UInt8] {
        let (whole, rest) = us.quotientAndRemainder(dividingBy: 1_000_000)
        return Array("\(whole).\(String(1_000_000 + rest).dropFirst())".utf8)
    }
}

extension LowerHex {
    static func text(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            write(value, into: UnsafeMutableRawPointer(buffer.baseAddress!))
            return 16
        }
    }
}
