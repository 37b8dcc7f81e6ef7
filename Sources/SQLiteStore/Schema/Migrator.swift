import EventLoop
import Glibc
import Ticketing

/// Brings a file to this program's schema, or refuses it.
struct Migrator {
    /// "TICK": tells a store from any other SQLite file.
    private static let applicationID: Int64 = 0x5449_434B
    private static let retryMicroseconds: UInt32 = 2_000

    let connection: Connection
    let path: String
    let settings: StoreSettings
    var migrations = Migration.all

    private var newestVersion: Int64 { migrations.last?.version ?? 0 }

    func run() throws(PortError) {
        connection.allowWaiting(forMs: settings.busyTimeoutMs)
        // Before anything is changed: somebody else's file must stay as it is.
        try refuseForeignFile()
        // Takes effect only in a file without a page.
        try connection.execute("PRAGMA page_size = \(settings.pageBytes)")
        try switchToLog()
        // Nothing to do is the rule, and is seen without a lock.
        guard try connection.pragma("PRAGMA user_version") != newestVersion else { return }
        // Two processes may start at once: whoever comes second finds the work done under the same lock.
        try connection.execute("BEGIN EXCLUSIVE")
        do {
            try migrate()
            try connection.execute("COMMIT")
        } catch {
            connection.rollBack()
            throw error
        }
    }

    /// SQLite answers "busy" here without asking the busy handler when another process is at it too.
    private func switchToLog() throws(PortError) {
        let deadlineNs = LoopClock.system.nowNs() + UInt64(settings.busyTimeoutMs) * 1_000_000
        while true {
            do {
                return try connection.execute("PRAGMA journal_mode = WAL")
            } catch {
                guard error.code == .conflict, LoopClock.system.nowNs() < deadlineNs else { throw error }
                usleep(Self.retryMicroseconds)
            }
        }
    }

    private func migrate() throws(PortError) {
        let version = try connection.pragma("PRAGMA user_version")
        guard version <= newestVersion else {
            throw PortError(
                .rejected,
                "the store \(path) was written by a newer program: its schema is \(version), this program knows "
                    + "\(newestVersion); start the newer program, or name another store")
        }
        try refuseForeignFile()
        try connection.execute("PRAGMA application_id = \(Self.applicationID)")
        for migration in migrations where migration.version > version {
            for statement in migration.statements { try connection.execute(statement) }
            try connection.execute("PRAGMA user_version = \(migration.version)")
        }
    }

    private func refuseForeignFile() throws(PortError) {
        let isEmpty = try connection.pragma("SELECT count(*) FROM sqlite_schema") == 0
        let isOurs = try connection.pragma("PRAGMA application_id") == Self.applicationID
        guard isEmpty || isOurs else {
            throw PortError(
                .rejected,
                "\(path) is an SQLite file of another program; name another file for the store")
        }
    }
}
