import CSQLite
import Synchronization
import Ticketing

/// Keeps the log short without a pause in the commits.
///
/// A checkpoint beside a busy writer never reaches the log's end, so the log would only grow. Here a thread
/// copies what is new in small portions while commits go on: a large one would keep the disk busy, and commits
/// would wait behind it. When the log is long, the writer copies the little that came in during the last portion,
/// between two groups, and its next commit begins the log anew. For that it stands still, so it happens rarely.
final class CheckpointDesk: Sendable {
    enum Stage: UInt8, AtomicRepresentable {
        case idle
        case copying
        /// The same, and then the writer is to do the rest.
        case ending
        /// The thread has done its part of an end.
        case copied
    }

    /// Rounds of the thread before an end; each is shorter than the one before, or the disk cannot keep up anyway.
    private static let maxRounds = 8
    /// From so many times `restartPages` on the writer copies by itself and lets commits wait: a thread that gets
    /// no time must not let the log grow without a limit.
    private static let forcedAtMultiple = 4
    /// So little is left to the writer itself.
    private static let smallRestPages = 64

    private let stage = Atomic<Stage>(.idle)
    private let portionPages: Int
    private let restartPages: Int
    private let requests = WorkQueue<Void>(limit: 1)
    // The writer's own; atomic only so that the desk can be shared.
    private let nextPortion: Atomic<Int>
    private let nextEnd: Atomic<Int>
    private let nextForced: Atomic<Int>

    init(portionPages: Int, restartPages: Int) {
        self.portionPages = portionPages
        self.restartPages = restartPages
        nextPortion = Atomic(portionPages)
        nextEnd = Atomic(restartPages)
        nextForced = Atomic(restartPages * Self.forcedAtMultiple)
    }

    // MARK: On the writer's thread

    func noteLogPages(_ pageCount: Int) {
        guard stage.load(ordering: .acquiring) == .idle else { return }
        if pageCount >= nextEnd.load(ordering: .relaxed) {
            begin(.ending)
        } else if pageCount >= nextPortion.load(ordering: .relaxed) {
            nextPortion.store(pageCount + portionPages, ordering: .relaxed)
            begin(.copying)
        }
    }

    private func begin(_ next: Stage) {
        stage.store(next, ordering: .releasing)
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
        nextPortion.store((isWhole ? 0 : logPages) + portionPages, ordering: .relaxed)
        nextEnd.store(isWhole ? restartPages : logPages + restartPages / 2, ordering: .relaxed)
        nextForced.store(
            max(restartPages * Self.forcedAtMultiple, logPages + restartPages), ordering: .relaxed)
        if isCopied { stage.store(.idle, ordering: .releasing) }
    }

    // MARK: On the checkpoint thread

    func run(_ connection: Connection) {
        var taken: [Void] = []
        while requests.take(1, into: &taken, untilNs: .max) != .closed {
            guard !taken.isEmpty else { continue }
            taken.removeAll()
            let isEnding = stage.load(ordering: .acquiring) == .ending
            for _ in 0..<(isEnding ? Self.maxRounds : 1) {
                let progress = connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
                // SQLite syncs the file only when all of the log is in it, which is when the writer ends it: what this
                // thread left unwritten until then would hold up every commit.
                connection.syncFile()
                guard let progress, progress.logPages - progress.copiedPages > Self.smallRestPages
                else { break }
            }
            stage.store(isEnding ? .copied : .idle, ordering: .releasing)
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

    /// Brings what has been written to the file, not to the log, to the disk. Nothing depends on it: it is early,
    /// and a failure of the disk is told once more to the descriptor of the writer, whose own sync counts.
    func syncFile() {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let isKnown = sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK
        guard isKnown, let file, let methods = file.pointee.pMethods else { return }
        _ = methods.pointee.xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY)
    }

    /// Leaves one file without a log behind, when nobody else is using it. What fails here is done by the
    /// next start.
    func checkpointBeforeClosing() {
        allowWaiting(forMs: 100)
        _ = checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
    }
}
