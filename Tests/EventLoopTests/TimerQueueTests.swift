import EventLoop
import Testing

@Suite("A timer queue")
struct TimerQueueTests {
    private final class Named: TimerTarget {
        let name: Int
        init(_ name: Int) { self.name = name }
        func timerFired() {}
    }

    private func popAll(_ queue: inout TimerQueue, nowNs: UInt64) -> [Int] {
        var names: [Int] = []
        while let target = queue.popDue(nowNs: nowNs) { names.append((target as? Named)?.name ?? -1) }
        return names
    }

    @Test("fires in the order of deadlines, and in the order of arming where they are equal")
    func order() {
        var queue = TimerQueue()
        for (name, deadline) in [5, 3, 9, 3, 1, 9, 5].enumerated() {
            _ = queue.arm(Named(name), atNs: UInt64(deadline))
        }
        #expect(queue.nextDeadlineNs == 1)
        #expect(popAll(&queue, nowNs: 4) == [4, 1, 3])
        #expect(popAll(&queue, nowNs: 4).isEmpty)
        #expect(popAll(&queue, nowNs: 9) == [0, 6, 2, 5])
        #expect(queue.count == 0)
        #expect(queue.nextDeadlineNs == nil)
    }

    @Test("a timer is due at its deadline and not a nanosecond before")
    func exactly() {
        var queue = TimerQueue()
        _ = queue.arm(Named(0), atNs: 100)
        #expect(popAll(&queue, nowNs: 99).isEmpty)
        #expect(popAll(&queue, nowNs: 100) == [0])
    }

    @Test("a cancelled timer never fires, and its target is let go at once")
    func cancel() {
        var queue = TimerQueue()
        weak var released: Named?
        let id: TimerID
        do {
            let target = Named(7)
            released = target
            id = queue.arm(target, atNs: 1)
        }
        #expect(released != nil)
        let wasCancelled = queue.cancel(id)
        #expect(wasCancelled)
        #expect(released == nil)
        #expect(popAll(&queue, nowNs: 10).isEmpty)
    }

    @Test("a stale id does nothing, even when its place is taken by another timer")
    func staleIds() {
        var queue = TimerQueue()
        let first = queue.arm(Named(1), atNs: 10)
        #expect(popAll(&queue, nowNs: 10) == [1])
        let second = queue.arm(Named(2), atNs: 20)
        #expect(first != second)
        var answers = [queue.cancel(first), queue.move(first, toNs: 1)]
        #expect(queue.nextDeadlineNs == 20)
        answers += [queue.cancel(second), queue.cancel(second)]
        #expect(answers == [false, false, true, false])
    }

    @Test("a timer moves both ways")
    func move() {
        var queue = TimerQueue()
        let ids = (0..<20).map { queue.arm(Named($0), atNs: UInt64(100 + $0)) }
        let moved = [queue.move(ids[19], toNs: 1), queue.move(ids[0], toNs: 1_000)]
        #expect(moved == [true, true])
        #expect(queue.nextDeadlineNs == 1)
        #expect(popAll(&queue, nowNs: 999) == [19] + Array(1..<19))
        #expect(popAll(&queue, nowNs: 1_000) == [0])
    }

    /// What the queue has to agree with: an array, sorted when it is asked.
    private struct SortedReference {
        var entries: [(deadline: UInt64, order: Int, name: Int, id: TimerID)] = []

        mutating func popDue(_ now: UInt64) -> Int? {
            guard
                let index = entries.indices.min(by: {
                    (entries[$0].deadline, entries[$0].order) < (entries[$1].deadline, entries[$1].order)
                }), entries[index].deadline <= now
            else { return nil }
            return entries.remove(at: index).name
        }
    }

    @Test("agrees with a sorted list over random operations", arguments: 0..<8)
    func againstReference(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var queue = TimerQueue()
        var reference = SortedReference()
        var stale: [TimerID] = []
        var now: UInt64 = 0
        for step in 0..<4_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let deadline = now + UInt64.random(in: 0..<50, using: &random)
                let id = queue.arm(Named(step), atNs: deadline)
                reference.entries.append((deadline, step, step, id))
            case 4:
                guard let index = reference.entries.indices.randomElement(using: &random) else { continue }
                let wasCancelled = queue.cancel(reference.entries[index].id)
                #expect(wasCancelled)
                stale.append(reference.entries.remove(at: index).id)
            case 5, 6:
                guard let index = reference.entries.indices.randomElement(using: &random) else { continue }
                let deadline = now + UInt64.random(in: 0..<80, using: &random)
                let wasMoved = queue.move(reference.entries[index].id, toNs: deadline)
                #expect(wasMoved)
                reference.entries[index].deadline = deadline
            case 7:
                guard let id = stale.randomElement(using: &random) else { continue }
                let answers = [queue.cancel(id), queue.move(id, toNs: now)]
                #expect(answers == [false, false])
            default:
                now += UInt64.random(in: 0..<20, using: &random)
                for _ in 0..<Int.random(in: 0..<6, using: &random) {
                    let wanted = reference.popDue(now)
                    let got = queue.popDue(nowNs: now) as? Named
                    guard wanted == got?.name else {
                        Issue.record("step \(step): \(got?.name ?? -1) came, not \(wanted ?? -1)")
                        return
                    }
                }
            }
            #expect(queue.count == reference.entries.count)
            #expect(queue.nextDeadlineNs == reference.entries.map(\.deadline).min())
        }
    }

    @Test("a hundred thousand timers come in order")
    func many() {
        var random = SplitMix(state: 99)
        var queue = TimerQueue()
        let deadlines = (0..<100_000).map { _ in UInt64.random(in: 0..<1_000_000, using: &random) }
        for (name, deadline) in deadlines.enumerated() { _ = queue.arm(Named(name), atNs: deadline) }
        let fired = popAll(&queue, nowNs: .max).map { deadlines[$0] }
        #expect(fired == deadlines.sorted())
    }
}
