import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Content codings")
struct ContentCodingTests {
    @Test(
        "what is packed unpacks to the same bytes, at every size", arguments: [257, 4_096, 20_000, 300_000])
    func roundTrip(_ size: Int) throws {
        let chance = SeededRandomness(seed: UInt64(size))
        let body = (0..<size).map { _ in UInt8(ascii: "a") + UInt8(chance.below(20)) }
        let gzip = try #require(ContentCoding.gzip.encoded(body))
        let brotli = try #require(ContentCoding.brotli.encoded(body))
        #expect(gzip.count < body.count)
        #expect(brotli.count < body.count)
        #expect(Unpacked.gzip(gzip) == body)
        #expect(Unpacked.brotli(brotli) == body)
    }

    @Test("what does not get smaller is not packed")
    func noise() {
        let body = SeededRandomness(seed: 5).bytes(count: 300)
        #expect(ContentCoding.gzip.encoded(body) == nil)
        #expect(ContentCoding.brotli.encoded(body) == nil)
    }
}
