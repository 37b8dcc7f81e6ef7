import Synchronization

/// A mutex whose hand-over the thread sanitizer sees.
///
/// `Mutex` waits inside a runtime library the sanitizer does not watch. Under contention it then takes the
/// next holder's access for a race with the last one's. The store and the load here stand in watched code
/// and order the two for it; they cost a nanosecond.
struct SharedState<Value: Sendable>: ~Copyable, Sendable {
    private let mutex: Mutex<Value>
    private let handOver = Atomic<Bool>(false)

    init(_ value: Value) {
        mutex = Mutex(value)
    }

    func withLock<Result: Sendable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try mutex.withLock { value throws(Failure) in
            _ = handOver.load(ordering: .acquiring)
            defer { handOver.store(true, ordering: .releasing) }
            return try body(&value)
        }
    }
}
