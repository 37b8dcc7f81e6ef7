import Telemetry
import Testing

@Suite("Trace context")
struct TraceContextTests {
    private func parsed(_ text: String) -> TraceContext? {
        Array(text.utf8).withUnsafeBytes { TraceContext(parsing: $0) }
    }

    private func text(_ trace: TraceContext) -> String {
        String(unsafeUninitializedCapacity: TraceContext.length) { buffer in
            trace.write(into: UnsafeMutableRawPointer(buffer.baseAddress!))
            return TraceContext.length
        }
    }

    private let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("a traceparent is written back as it was read")
    func roundTrip() throws {
        let trace = try #require(parsed(valid))
        #expect(trace.isSampled)
        #expect(text(trace) == valid)
        let unsampled = try #require(parsed(String(valid.dropLast(2)) + "00"))
        #expect(!unsampled.isSampled)
        #expect(text(unsampled).hasSuffix("-00"))
    }

    @Test("a later version is read by the fields that this version knows")
    func laterVersion() throws {
        let trace = try #require(parsed("cc" + valid.dropFirst(2) + "-what-comes-later"))
        #expect(text(trace) == valid)
        #expect(parsed("cc" + valid.dropFirst(2)) != nil)
        #expect(parsed("cc" + valid.dropFirst(2) + ".x") == nil)
    }

    @Test(
        "anything else is no traceparent",
        arguments: [
            "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
            "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
            "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ])
    func refused(text: String) {
        #expect(parsed(text) == nil)
    }
}
