import Testing
import Ticketing
import TicketingTesting

@testable import Redis

@Suite("An entry's record")
struct EntryRecordTests {
    private func decoded(_ record: [UInt8], maxBytes: Int = 100) throws -> CacheEntry? {
        var bytes = Array("$\(record.count)\r\n".utf8)
        bytes += record + [13, 10]
        var parser = RESPParser()
        return try bytes.withUnsafeBytes { bytes in
            guard case .complete = parser.advance(bytes.baseAddress!, count: bytes.count) else { return nil }
            return try EntryRecord.entry(RESPReply(bytes.baseAddress!, parser.tokens), maxBytes: maxBytes)
        }
    }

    @Test("brings back what was put in, and a later entry has a larger head")
    func heads() throws {
        let times = [Timestamp.earliest, Timestamp(msSinceEpoch: -1), .epoch, SmallHall.opensAt, .latest]
        var heads: [[UInt8]] = []
        for version in [0, 1, 255, 256, UInt64(Int64.max), .max] {
            for time in times {
                let entry = CacheEntry(bytes: [7], version: version, madeAt: time)
                #expect(try decoded(EntryRecord.head(entry) + entry.bytes) == entry)
                heads.append(EntryRecord.head(entry))
            }
        }
        #expect(heads == heads.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(Set(heads).count == heads.count)
    }

    @Test("is told from a stranger's value, a cut one and one that is too large")
    func strangers() throws {
        #expect(try decoded([]) == nil)
        let head = EntryRecord.head(someEntry())
        #expect(throws: RedisError.self) { try decoded(Array("hello".utf8)) }
        #expect(throws: RedisError.self) { try decoded(Array(head.dropLast())) }
        #expect(throws: RedisError.self) { try decoded(Array("TKT2".utf8) + head.dropFirst(4)) }
        #expect(throws: RedisError.self) { try decoded(head.prefix(12) + [UInt8](repeating: 0xff, count: 8)) }
        #expect(try decoded(head + [UInt8](repeating: 0, count: 100)) != nil)
        #expect(throws: RedisError.self) { try decoded(head + [UInt8](repeating: 0, count: 101)) }
    }
}
