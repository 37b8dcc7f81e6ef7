import Telemetry
import Testing

@Suite("Request ids")
struct RequestIDTests {
    @Test("ids are 20 lower-case base32 characters and all different")
    func distinct() {
        var source = RequestIDSource(random: 0x1234_5678_9ABC_DEF0)
        var seen = Set<String>()
        for _ in 0..<10_000 { seen.insert(source.next().description) }
        #expect(seen.count == 10_000)
        #expect(
            seen.allSatisfy { id in
                id.utf8.count == 20 && id.utf8.allSatisfy { 97...122 ~= $0 || 50...55 ~= $0 }
            })
    }

    @Test("two sources never give the same id, and both ways of asking count on")
    func sources() {
        var first = RequestIDSource(random: 1)
        var second = RequestIDSource(random: 2)
        #expect(first.next() != second.next())
        #expect(first.next().description == "aaaaaaaaabaaaaaaaaac")
        let third = String(unsafeUninitializedCapacity: RequestID.length) { buffer in
            first.next(into: UnsafeMutableRawPointer(buffer.baseAddress!))
            return RequestID.length
        }
        #expect(third == "aaaaaaaaabaaaaaaaaad")
    }
}
