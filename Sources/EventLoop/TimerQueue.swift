/// What is called when a timer is due. A protocol of objects and not a closure: a connection arms its timer
/// many times and must not allocate for it.
package protocol TimerTarget: AnyObject {
    func timerFired()
}

/// Names one arming of a timer. A stale one (already fired, already cancelled) is harmless.
package struct TimerID: Equatable, Sendable {
    fileprivate let slot: UInt32
    fileprivate let generation: UInt32
}

/// The timers of one loop: a four-way heap over slots, so that any timer can be cancelled or moved in
/// O(log n) and ten thousand idle connections cost one small entry each.
package struct TimerQueue {
    private struct Slot {
        var deadlineNs: UInt64 = 0
        var order: UInt64 = 0
        var heapIndex: Int32 = -1
        var generation: UInt32 = 0
        var target: (any TimerTarget)?
    }

    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private var heap: [UInt32] = []
    private var armed: UInt64 = 0

    package init() {}

    package var count: Int { heap.count }

    /// When the first timer is due, if there is one.
    package var nextDeadlineNs: UInt64? { heap.first.map { slots[Int($0)].deadlineNs } }

    package mutating func arm(_ target: any TimerTarget, atNs deadlineNs: UInt64) -> TimerID {
        let index: UInt32
        if let free = freeSlots.popLast() {
            index = free
        } else {
            index = UInt32(slots.count)
            slots.append(Slot())
        }
        armed += 1
        slots[Int(index)].deadlineNs = deadlineNs
        slots[Int(index)].order = armed
        slots[Int(index)].target = target
        slots[Int(index)].heapIndex = Int32(heap.count)
        heap.append(index)
        siftUp(heap.count - 1)
        return TimerID(slot: index, generation: slots[Int(index)].generation)
    }

    /// True when the timer was still to come.
    @discardableResult
    package mutating func cancel(_ id: TimerID) -> Bool {
        guard isArmed(id) else { return false }
        remove(heapIndex: Int(slots[Int(id.slot)].heapIndex))
        return true
    }

    /// Moves a timer that is still to come. False when it is not: arm a new one.
    package mutating func move(_ id: TimerID, toNs deadlineNs: UInt64) -> Bool {
        guard isArmed(id) else { return false }
        slots[Int(id.slot)].deadlineNs = deadlineNs
        let index = Int(slots[Int(id.slot)].heapIndex)
        siftUp(index)
        siftDown(Int(slots[Int(id.slot)].heapIndex))
        return true
    }

    /// Takes the earliest timer that is due, if any; those due together come in the order of their arming.
    package mutating func popDue(nowNs: UInt64) -> (any TimerTarget)? {
        guard let first = heap.first, slots[Int(first)].deadlineNs <= nowNs else { return nil }
        let target = slots[Int(first)].target
        remove(heapIndex: 0)
        return target
    }

    private func isArmed(_ id: TimerID) -> Bool {
        Int(id.slot) < slots.count && slots[Int(id.slot)].generation == id.generation
            && slots[Int(id.slot)].heapIndex >= 0
    }

    private mutating func remove(heapIndex: Int) {
        let removed = Int(heap[heapIndex])
        slots[removed].target = nil
        slots[removed].heapIndex = -1
        slots[removed].generation &+= 1
        freeSlots.append(UInt32(removed))
        let last = heap.removeLast()
        guard heapIndex < heap.count else { return }
        heap[heapIndex] = last
        slots[Int(last)].heapIndex = Int32(heapIndex)
        siftUp(heapIndex)
        siftDown(Int(slots[Int(last)].heapIndex))
    }

    private func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
        let a = slots[Int(left)]
        let b = slots[Int(right)]
        return (a.deadlineNs, a.order) < (b.deadlineNs, b.order)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let moving = heap[index]
        while index > 0 {
            let parent = (index - 1) / 4
            guard precedes(moving, heap[parent]) else { break }
            place(heap[parent], at: index)
            index = parent
        }
        place(moving, at: index)
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        let moving = heap[index]
        while true {
            let firstChild = index * 4 + 1
            guard firstChild < heap.count else { break }
            var smallest = firstChild
            for child in (firstChild + 1)..<max(firstChild + 1, min(firstChild + 4, heap.count))
            where precedes(heap[child], heap[smallest]) {
                smallest = child
            }
            guard precedes(heap[smallest], moving) else { break }
            place(heap[smallest], at: index)
            index = smallest
        }
        place(moving, at: index)
    }

    private mutating func place(_ slot: UInt32, at index: Int) {
        heap[index] = slot
        slots[Int(slot)].heapIndex = Int32(index)
    }
}
