import EventLoop
import Glibc

/// A bounded queue between the callers and the threads of a store.
///
// Sendable although it holds plain state: `work`, `isClosed` and `sleepers` are touched only between lock
// and unlock of `mutex`.
final class WorkQueue<Work: Sendable>: @unchecked Sendable {
    enum Arrival: Sendable {
        case work
        /// Nothing came in time, or somebody poked.
        case nothing
        /// Closed and empty: nothing will come any more.
        case closed
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let limit: Int
    private var work: [Work] = []
    private var first = 0
    private var isClosed = false
    private var isPoked = false
    private var sleepers = 0
    /// A taker that gathers is woken when so many wait.
    private var wakeAtCount = 1

    init(limit: Int) {
        self.limit = limit
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // A step of the wall clock must not stretch a wait.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    enum Admission: Sendable {
        case accepted
        case full
        case closed
    }

    func push(_ item: Work) -> Admission {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed else { return .closed }
        guard count < limit else { return .full }
        work.append(item)
        if sleepers > 0, count >= wakeAtCount { pthread_cond_signal(condition) }
        return .accepted
    }

    var waitingCount: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return count
    }

    /// Wakes one sleeping taker with nothing.
    func poke() {
        pthread_mutex_lock(mutex)
        isPoked = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// No more work is accepted; what is queued is still given out.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Moves at most `max` items to the end of `taken`, waiting for the first until the deadline.
    func take(_ max: Int, into taken: inout [Work], untilNs deadlineNs: UInt64) -> Arrival {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while count == 0 {
            guard !isClosed else { return .closed }
            guard !isPoked, sleep(untilNs: deadlineNs) else {
                isPoked = false
                return .nothing
            }
        }
        isPoked = false
        move(max, into: &taken)
        return .work
    }

    /// Lets work gather until there are `goal` items or the deadline has come.
    func gather(_ goal: Int, untilNs deadlineNs: UInt64) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        wakeAtCount = goal
        defer { wakeAtCount = 1 }
        while count < goal, !isClosed, sleep(untilNs: deadlineNs) {}
    }

    private var count: Int { work.count - first }

    private func move(_ max: Int, into taken: inout [Work]) {
        let end = min(work.count, first + max)
        taken.append(contentsOf: work[first..<end])
        first = end
        // The front is given back in one go, when half of the array is front.
        if first == work.count {
            work.removeAll(keepingCapacity: work.capacity <= 4_096)
            first = 0
        } else if first > work.count / 2 {
            work.removeFirst(first)
            first = 0
        }
    }

    /// False when the deadline has passed.
    private func sleep(untilNs deadlineNs: UInt64) -> Bool {
        sleepers += 1
        defer { sleepers -= 1 }
        guard deadlineNs != .max else { return pthread_cond_wait(condition, mutex) == 0 }
        var moment = timespec(
            tv_sec: Int(deadlineNs / 1_000_000_000), tv_nsec: Int(deadlineNs % 1_000_000_000))
        return pthread_cond_timedwait(condition, mutex, &moment) == 0
    }
}
