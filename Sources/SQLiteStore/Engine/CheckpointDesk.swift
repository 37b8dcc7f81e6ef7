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
    /// So little is copied by the writer itself within a millisecond or two.
    private static let smallRestPages = 256

    private let stage = Atomic<Stage>(.idle)
    private let nextStart: Atomic<Int>
    private let startPages: Int
    private let requests = WorkQueue<Void>(limit: 1)

    init(startPages: Int) {
        self.startPages = startPages
        nextStart = Atomic(startPages)
    }

    // MARK: On the writer's thread

    func noteLogPages(_ pageCount: Int) {
        guard pageCount >= nextStart.load(ordering: .relaxed),
            stage.load(ordering: .acquiring) == .idle
        else { return }
        stage.store(.copying, ordering: .releasing)
        if requests.push(()) != .accepted { stage.store(.idle, ordering: .releasing) }
    }

    func finishIfCopied(on connection: Connection) {
        guard stage.load(ordering: .acquiring) == .copied else { return }
        let progress = connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
        // A reader that still needs the old end keeps the log from starting over; it is tried again after
        // as many more pages.
        let isWhole = progress.logPages == progress.copiedPages
        nextStart.store(isWhole ? startPages : progress.logPages + startPages / 2, ordering: .relaxed)
        stage.store(.idle, ordering: .releasing)
    }

    // MARK: On the checkpoint thread

    func run(_ connection: Connection) {
        var taken: [Void] = []
        while requests.take(1, into: &taken, untilNs: .max) != .closed {
            guard !taken.isEmpty else { continue }
            taken.removeAll()
            for _ in 0..<Self.maxRounds {
                let progress = connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
                guard progress.logPages - progress.copiedPages > Self.smallRestPages else { break }
            }
            stage.store(.copied, ordering: .releasing)
        }
    }

    func close() { requests.close() }
}

extension Connection {
    /// A busy answer is no failure: somebody else is copying.
    func checkpoint(_ mode: Int32) -> (logPages: Int, copiedPages: Int) {
        var log: Int32 = 0
        var copied: Int32 = 0
        sqlite3_wal_checkpoint_v2(handle, nil, mode, &log, &copied)
        return (Int(max(0, log)), Int(max(0, copied)))
    }

    /// Leaves one file without a log behind, when nobody else is using it. What fails here is done by the
    /// next start.
    func checkpointBeforeClosing() {
        allowWaiting(forMs: 100)
        _ = checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
    }
}
