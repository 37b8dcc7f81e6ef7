/// Where work that is only arithmetic goes when it would hold up a loop: packing, hashing, compressing.
struct Workshop: Sendable {
    let executor: any TaskExecutor

    /// What the smallest piece of work worth a change of thread looks like: below it the loop is done before
    /// another thread has woken up. 8 KB of JSON compress in well under a millisecond.
    static let smallestBytes = 8 * 1_024
    /// From here on Brotli may take the care that costs 2 ms.
    static let smallestBrotliBytes = 2 * 1_024
    static let smallestSeatCount = 4_096
    /// SHA-256 takes 128 KB in about 0.1 ms.
    static let smallestHashedBytes = 128 * 1_024

    func run<Value: Sendable>(
        isSmall: Bool, _ work: @escaping @Sendable () -> Value
    ) async -> Value {
        guard !isSmall else { return work() }
        return await Task(executorPreference: executor) { work() }.value
    }
}
