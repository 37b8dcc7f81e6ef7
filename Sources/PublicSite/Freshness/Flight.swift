/// One piece of work at a time: whoever wants the same while it is under way waits for its end.
final class Flight {
    private(set) var isUnderWay = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    var waiterCount: Int { waiters.count }

    func begin() {
        precondition(!isUnderWay, "a flight that is under way cannot begin again")
        isUnderWay = true
    }

    /// Returns when the work that is under way has ended, well or not.
    func join() async {
        await withCheckedContinuation { waiter in
            // Looked at in here and not before: the call itself takes a turn through the loop's queue, in which the
            // work may end, and then nobody would wake this one.
            guard isUnderWay else { return waiter.resume() }
            waiters.append(waiter)
        }
    }

    func end() {
        isUnderWay = false
        let released = waiters
        waiters = []
        for waiter in released { waiter.resume() }
    }
}
