import EventLoop
import Synchronization
import Ticketing

/// The embedded store: one SQLite file, one thread that writes it in groups, a few that read beside it.
///
/// Several processes may have the same file open. Nothing that was answered is lost by a crash of any of
/// them. The adapters of the ports are made from it: `seatLedger`, `orderQueue` and so on.
package final class SQLiteStore: Sendable {
    package let path: String
    let clock: any WallClock
    let settings: StoreSettings
    private let writes: WorkQueue<PendingWrite>
    private let reads: WorkQueue<PendingRead>
    private let checkpoints: CheckpointDesk
    private let counters = StoreCounters()
    private let threads = Mutex<[StoreThread]>([])

    /// Opens the file, making it and its directory if need be, and brings it to this program's schema. It
    /// must be ended with `close`.
    package init(
        path: String, clock: any WallClock, settings: StoreSettings = StoreSettings()
    ) throws(PortError) {
        self.path = path
        self.clock = clock
        self.settings = settings
        writes = WorkQueue(limit: settings.maxQueuedRequests)
        reads = WorkQueue(limit: settings.maxQueuedRequests)
        checkpoints = CheckpointDesk(
            portionPages: settings.checkpointPages, restartPages: settings.maxLogPages)

        try StoreFile.prepare(path)
        let writing = try Self.openMigrated(path, settings)
        let copying = try Connection(path: path, role: .checkpointer, settings: settings)
        var reading: [Handover<Connection>] = []
        for _ in 0..<settings.readerCount {
            reading.append(Handover(try Connection(path: path, role: .reader, settings: settings)))
        }
        // From here on nothing fails: a thread that was started has to be joined.
        start(writer: Handover(writing), checkpointer: Handover(copying), readers: reading)
    }

    private static func openMigrated(
        _ path: String, _ settings: StoreSettings
    ) throws(PortError) -> Connection {
        do throws(PortError) {
            let connection = try Connection(path: path, role: .writer, settings: settings)
            try Migrator(connection: connection, path: path, settings: settings).run()
            return connection
        } catch {
            guard error.code == .corrupt else { throw error }
            // Whatever was being read: to whoever starts a service the file is the matter.
            throw PortError(
                .corrupt, "\(path) cannot be read as a store; name another file, or restore this one",
                cause: error.cause)
        }
    }

    private func start(
        writer: Handover<Connection>, checkpointer: Handover<Connection>, readers: [Handover<Connection>]
    ) {
        let (writes, reads, checkpoints) = (writes, reads, checkpoints)
        let (counters, settings) = (counters, settings)
        var started = [
            StoreThread(name: "store-writer") {
                Writer(
                    writer.value, queue: writes, checkpoints: checkpoints, counters: counters,
                    settings: settings
                ).run()
            },
            StoreThread(name: "store-log") { checkpoints.run(checkpointer.value) },
        ]
        for (index, reader) in readers.enumerated() {
            started.append(
                StoreThread(name: "store-reader-\(index)") {
                    Reader(
                        connection: reader.value, queue: reads, busyTimeoutMs: settings.busyTimeoutMs
                    ).run()
                })
        }
        threads.withLock { $0 = started }
    }

    /// Answers what has been asked, then closes the file. Blocks for a moment; call it off the loops.
    package func close() {
        checkpoints.close()
        reads.close()
        writes.close()
        for thread in threads.withLock({ $0 }) { thread.join() }
    }

    package var statistics: StoreStatistics {
        var statistics = counters.statistics
        statistics.waitingRequests = writes.waitingCount
        statistics.waitingReads = reads.waitingCount
        return statistics
    }

    // MARK: Requests of the adapters

    /// Runs the body in the next group of writes and returns when it is durable. The body may run more than
    /// once, each time on a store without the traces of the time before. An urgent one, for which a buyer waits,
    /// goes before those of the workers.
    func write<Value: Sendable>(
        isUrgent: Bool = false, _ body: @escaping Write<Value>.Body
    ) async throws(PortError) -> Value {
        try await withUnsafeContinuation { (continuation: Write<Value>.Continuation) in
            submit(Write(continuation, isUrgent: isUrgent, body))
        }.get()
    }

    /// The same for a body that may have nothing to give yet. `look` tells cheaply whether it might have.
    func write<Value: Sendable>(
        waitingMs: Int, whenLate: Value, look: @escaping PatientWrite<Value>.Look,
        _ body: @escaping PatientWrite<Value>.Body
    ) async throws(PortError) -> Value {
        let request = PatientWrite(
            waitingMs: waitingMs, clock: clock, whenLate: whenLate, look: look, body)
        return try await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                request.continuation = continuation
                submit(request)
            }
        } onCancel: {
            request.isAbandoned.store(true, ordering: .releasing)
            writes.poke()
        }.get()
    }

    /// Asks one of the readers. It sees everything that was answered before.
    func read<Value: Sendable>(_ body: @escaping Read<Value>.Body) async throws(PortError) -> Value {
        try await withUnsafeContinuation { (continuation: Write<Value>.Continuation) in
            let question = Read(continuation, waitingMs: settings.busyTimeoutMs, body)
            if let refusal = Self.refusal(reads.push(question)) { question.fail(refusal) }
        }.get()
    }

    private func submit(_ request: PendingWrite) {
        if let refusal = Self.refusal(writes.push(request)) { request.fail(refusal) }
    }

    private static func refusal<Work>(_ admission: WorkQueue<Work>.Admission) -> PortError? {
        switch admission {
        case .accepted: nil
        case .full: PortError(.throttled, "too many requests wait for the store")
        case .closed: PortError(.unavailable, "the store is closed")
        }
    }

    /// Carries what one thread has made to the thread that will own it.
    // Sendable although the value is not: `init` makes it and never touches it again.
    private struct Handover<Value>: @unchecked Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }
}
