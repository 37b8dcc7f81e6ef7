import EventLoop

/// One connection, for one caller, for as long as a transaction of several steps takes.
package struct PostgresSession: Sendable {
    let connection: LoopBound<PostgresConnection>
    private let deadlineNs: UInt64
    private let thread: PoolThread

    init(_ connection: LoopBound<PostgresConnection>, deadlineNs: UInt64, thread: PoolThread) {
        self.connection = connection
        self.deadlineNs = deadlineNs
        self.thread = thread
    }

    /// Sends the statements together. Outside of `BEGIN` and `COMMIT` they are one transaction.
    package func ask(
        _ queries: [SQLQuery], isPrepared: Bool = true
    ) async throws(PostgresFailure) -> [ResultRows] {
        let answer: Exchange.Answer = await withUnsafeContinuation { continuation in
            let isTaken = thread.run { [connection, deadlineNs, loop = thread.loop] in
                connection.value.send(
                    Exchange(
                        queries, isPrepared: isPrepared, deadlineNs: deadlineNs, loop: loop,
                        continuation: continuation))
            }
            if !isTaken { continuation.resume(returning: .failure(.poolIsClosed)) }
        }
        return try answer.get()
    }
}
