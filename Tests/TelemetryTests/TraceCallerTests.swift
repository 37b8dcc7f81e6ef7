import Telemetry
import Testing

@Suite("X-Amzn-Trace-Id")
struct TraceCallerTests {
    private func caller(_ text: String) -> TraceCaller? {
        Array(text.utf8).withUnsafeBytes { TraceCaller(amazonHeader: $0) }
    }

    private let root = "Root=1-67891233-abcdef012345678912345678"

    @Test("a decision is read, and a question mark is none")
    func decision() throws {
        #expect(try #require(caller(root)).isSampled == nil)
        #expect(try #require(caller("\(root);Sampled=?")).isSampled == nil)
        #expect(try #require(caller("\(root);Parent=53995c3f42cd8ad8;Sampled=1")).isSampled == true)
        #expect(
            try #require(caller("Self=1-67891233-000000000000000000000001;\(root); Sampled=0")).isSampled
                == false)
    }

    @Test(
        "what names no trace is left aside",
        arguments: [
            "", "Root=", "Root=2-67891233-abcdef012345678912345678",
            "Root=1-67891233-abcdef01234567891234567",
            "Root=1-6789123g-abcdef012345678912345678", "Root=1-00000000-000000000000000000000000",
            "Sampled=1",
        ])
    func none(text: String) { #expect(caller(text) == nil) }
}
