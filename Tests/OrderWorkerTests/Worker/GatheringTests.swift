import Testing

@testable import OrderWorker

@Suite("A batch")
struct GatheringTests {
    @Test("goes when it is full, or when its first element has waited")
    func cues() {
        var gathering = Gathering<Int>(maxBatch: 3)
        let cues = (1...4).map { gathering.add($0) }
        #expect(cues == [.sendAfterLinger, .none, .sendNow, .none])
    }

    @Test("keeps the order and leaves what does not fit to the next")
    func order() {
        var gathering = Gathering<Int>(maxBatch: 3)
        for number in 1...5 { _ = gathering.add(number) }
        let first = gathering.take()
        let second = gathering.take()
        #expect(first == [1, 2, 3])
        #expect(second == [4, 5])
        #expect(gathering.isEmpty)
    }
}
