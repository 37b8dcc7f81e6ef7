import CSQLite
import Synchronization
import Ticketing

/// Keeps the log short without a pause in the commits.
///
/// A checkpoint beside a busy writer never reaches the log's end, so the log would only grow. Here a thread
/// copies the bulk, round after round, while commits go on; then the writer copies the little that came in
/// meanwhile, between two groups, and its next commit begins the log anew.
final class CheckpointDesk: Sendable {
    enum Stage: UInt8, AtomicRepresentable {
        case idle
        case copying
        /// The thread has done its part.
        case copied
    }

    /// Rounds of the thread; each is shorter than the one before, or the disk cannot keep up anyway.
    private static let maxRounds = 4
    /// From so many times `startPages` on the writer copies by itself and lets commits wait: a thread that gets
    /// no time must not let the log grow without a limit.
    private static let forcedAtMultiple = 8
    /// So little is copied by the writer itself within a millisecond or two.
    private static let smallRestPages = 256

    private let stage = Atomic<Stage>(.idle)
    private let nextStart: Atomic<Int>
    private let nextForced: Atomic<Int>
    private let startPages: Int
    private let requests = WorkQueue<Void>(limit: 1)

    init(startPages: Int) {
        self.startPages = startPages
        nextStart = Atomic(startPages)
        nextForced = Atomic(startPages * Self.forcedAtMultiple)
    }

    // MARK: On the writer's thread

    func noteLogPages(_ pageCount: Int) {
        guard pageCount >= nextStart.load(ordering: .relaxed),
            stage.load(ordering: .acquiring) == .idle
        else { return }
        stage.store(.copying, ordering: .releasing)
        if requests.push(()) != .accepted { stage.store(.idle, ordering: .releasing) }
    }

    /// Between two groups.
    func finish(on connection: Connection) {
        let isCopied = stage.load(ordering: .acquiring) == .copied
        guard isCopied || connection.logPageCount >= nextForced.load(ordering: .relaxed) else { return }
        // While the thread is at it, this does nothing.
        let progress = connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
        // A reader that still needs the old end keeps the log from starting over; it is tried again after
        // some more pages.
        let isWhole = progress.map { $0.logPages == $0.copiedPages } ?? false
        let logPages = connection.logPageCount
        nextStart.store(isWhole ? startPages : logPages + startPages / 2, ordering: .relaxed)
        nextForced.store(
            max(startPages * Self.forcedAtMultiple, logPages + startPages), ordering: .relaxed)
        if isCopied { stage.store(.idle, ordering: .releasing) }
    }

    // MARK: On the checkpoint thread

    func run(_ connection: Connection) {
        var taken: [Void] = []
        while requests.take(1, into: &taken, untilNs: .max) != .closed {
            guard !taken.isEmpty else { continue }
            taken.removeAll()
            for _ in 0..<Self.maxRounds {
                guard let progress = connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE),
                    progress.logPages - progress.copiedPages > Self.smallRestPages
                else { break }
            }
            stage.store(.copied, ordering: .releasing)
        }
    }

    func close() { requests.close() }
}

extension Connection {
    /// Nil when somebody else is copying, which is no failure.
    func checkpoint(_ mode: Int32) -> (logPages: Int, copiedPages: Int)? {
        var log: Int32 = 0
        var copied: Int32 = 0
        sqlite3_wal_checkpoint_v2(handle, nil, mode, &log, &copied)
        guard log >= 0, copied >= 0 else { return nil }
        return (Int(log), Int(copied))
    }

    /// Leaves one file without a log behind, when nobody else is using it. What fails here is done by the
    /// next start.
    func checkpointBeforeClosing() {
        allowWaiting(forMs: 100)
        _ = checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
    }
}
