/// When messages in flight can be seen again: a heap, so that a hundred thousand of them cost little. Alarms that a
/// delete or a later change made stale are skipped when their time comes.
struct VisibilityAlarms {
    private struct Alarm {
        let atMs: Int64
        let number: Int
        let message: QueueMessage
    }

    private var heap: [Alarm] = []

    var nextAtMs: Int64? { heap.first?.atMs }

    mutating func set(for message: QueueMessage) {
        heap.append(Alarm(atMs: message.visibleAtMs, number: message.visibilityNumber, message: message))
        var index = heap.count - 1
        while index > 0, heap[index].atMs < heap[(index - 1) / 2].atMs {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// The next message whose time has come, if its alarm still counts.
    mutating func popDue(nowMs: Int64) -> QueueMessage? {
        while let alarm = heap.first, alarm.atMs <= nowMs {
            removeFirst()
            if alarm.message.isInFlight, alarm.number == alarm.message.visibilityNumber {
                return alarm.message
            }
        }
        return nil
    }

    mutating func removeAll() { heap = [] }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].atMs < heap[smallest].atMs { smallest = child }
            }
            guard smallest != index else { return }
            heap.swapAt(index, smallest)
            index = smallest
        }
    }
}
