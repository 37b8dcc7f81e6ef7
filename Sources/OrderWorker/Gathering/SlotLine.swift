/// A number of slots and the line of those who wait for one, first come, first served. It belongs to one
/// actor.
final class SlotLine {
    private var free: Int
    private var waiting: [CheckedContinuation<Bool, Never>] = []
    /// The first of `waiting` that has not been served; the array is cut when half of it has.
    private var head = 0
    private var isClosed = false

    init(slots: Int) {
        precondition(slots > 0, "a line without slots serves nobody")
        free = slots
    }

    /// True once there is a slot: give it back with `leave`. False when the line is closed first.
    func enter() async -> Bool {
        guard !isClosed else { return false }
        guard free == 0 else {
            free -= 1
            return true
        }
        return await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard head < waiting.count else {
            free += 1
            return
        }
        let next = waiting[head]
        head += 1
        if head * 2 > waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
        next.resume(returning: true)
    }

    /// Nobody gets in any more; who is in stays in.
    func close() {
        isClosed = true
        let turnedAway = waiting[head...]
        waiting = []
        head = 0
        for continuation in turnedAway { continuation.resume(returning: false) }
    }
}
