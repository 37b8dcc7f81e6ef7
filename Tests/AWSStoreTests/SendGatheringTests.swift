import Testing

@testable import SQS

@Suite("Messages that leave together")
struct SendGatheringTests {
    private static let lingerNs: UInt64 = 5_000_000
    private var gathering = SendGathering<String>()

    @Test("wait five milliseconds from the first of them, and not longer for those that come after it")
    mutating func linger() {
        let first = gathering.add("a", weight: 1, bytes: 100, nowNs: 1_000)
        #expect(first.batches.isEmpty)
        #expect(first.wakeAtNs == 1_000 + Self.lingerNs)
        let second = gathering.add("b", weight: 1, bytes: 100, nowNs: 4_000_000)
        #expect(second.batches.isEmpty)
        #expect(second.wakeAtNs == nil)
        #expect(gathering.due() == ["a", "b"])
        #expect(gathering.due() == nil)
    }

    @Test("go at once when they are ten, and the next begins to wait anew")
    mutating func ten() {
        for number in 0..<9 {
            #expect(gathering.add("\(number)", weight: 1, bytes: 1, nowNs: 0).batches.isEmpty)
        }
        let full = gathering.add("9", weight: 1, bytes: 1, nowNs: 0)
        #expect(full.batches == [(0...9).map(String.init)])
        #expect(full.wakeAtNs == nil)
        #expect(gathering.add("10", weight: 1, bytes: 1, nowNs: 7).wakeAtNs == 7 + Self.lingerNs)
    }

    @Test("are never more than ten: what does not fit beside the others waits for the next call, whole")
    mutating func wholeEntries() {
        _ = gathering.add("eight", weight: 8, bytes: 1, nowNs: 0)
        let next = gathering.add("three", weight: 3, bytes: 1, nowNs: 5)
        #expect(next.batches == [["eight"]])
        #expect(next.wakeAtNs == 5 + Self.lingerNs)
        #expect(gathering.due() == ["three"])
    }

    @Test("are never larger together than a call may be")
    mutating func bytes() {
        _ = gathering.add("a", weight: 1, bytes: 150_000, nowNs: 0)
        let next = gathering.add("b", weight: 1, bytes: 60_000, nowNs: 0)
        #expect(next.batches == [["a"]])
        let large = gathering.add("c", weight: 1, bytes: 200_000, nowNs: 0)
        #expect(large.batches == [["b"], ["c"]])
        #expect(gathering.due() == nil)
    }
}
