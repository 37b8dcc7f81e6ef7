import CSQLite
import EventLoop
import Glibc
import Ticketing

/// One SQLite connection with its prepared statements. It belongs to one thread at a time.
final class Connection {
    enum Role: Sendable {
        case writer
        case reader
        case checkpointer
    }

    let handle: OpaquePointer
    /// Names this connection has looked up; see `NameTable`.
    var names = NameTable()
    /// The newest message number, while a transaction has given some: see `QueueTransactions`.
    var newestMessageNo: Int64?
    private let wait: UnsafeMutablePointer<BusyWait>
    /// How many pages the log has after the last commit of this connection.
    private let logPages: UnsafeMutablePointer<Int32>
    private var statements: [UInt: Statement] = [:]

    /// Until when SQLite may wait for another process, and how it waits.
    struct BusyWait {
        var deadlineNs: UInt64
        /// Short and even: with SQLite's own growing pauses a process beside a busy one would starve.
        static let pauseMicroseconds: UInt32 = 300
    }

    /// Once in a process: SQLite refuses it, without harm, when somebody else has started it before.
    private static let isConfigured = csqlite_stop_counting_memory() == SQLITE_OK

    init(path: String, role: Role, settings: StoreSettings) throws(PortError) {
        _ = Self.isConfigured
        var handle: OpaquePointer?
        // The file is there already, made with its mode; without the flag SQLite would make one of its own.
        let code = sqlite3_open_v2(
            path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, LogFileSystem.name)
        guard code == SQLITE_OK, let handle else {
            let failure = SQLiteFailure(code: code, connection: handle)
            sqlite3_close_v2(handle)
            throw PortError(failure, during: "opening \(path)")
        }
        self.handle = handle
        logPages = .allocate(capacity: 1)
        logPages.initialize(to: 0)
        wait = .allocate(capacity: 1)
        wait.initialize(to: BusyWait(deadlineNs: 0))
        allowWaiting(forMs: settings.busyTimeoutMs)
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_handler(
            handle,
            { context, _ in
                guard let wait = context?.assumingMemoryBound(to: BusyWait.self),
                    LoopClock.system.nowNs() < wait.pointee.deadlineNs
                else { return 0 }
                usleep(BusyWait.pauseMicroseconds)
                return 1
            }, wait)
        try configure(role, settings)
        // After the pragmas: that of the automatic checkpoint takes the hook away.
        sqlite3_wal_hook(
            handle,
            { context, _, _, pageCount in
                context?.assumingMemoryBound(to: Int32.self).pointee = pageCount
                return SQLITE_OK
            }, logPages)
    }

    deinit {
        // Statements go before their connection.
        statements.removeAll()
        sqlite3_close_v2(handle)
        wait.deallocate()
        logPages.deallocate()
    }

    private func configure(_ role: Role, _ settings: StoreSettings) throws(PortError) {
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        try execute("PRAGMA temp_store = MEMORY")
        // Debian turns it on. Whoever can read the file's free pages can read its rows as well.
        try execute("PRAGMA secure_delete = OFF")
        // The store runs checkpoints itself, where they do not stand in the way of a commit.
        try execute("PRAGMA wal_autocheckpoint = 0")
        switch role {
        case .writer: try execute("PRAGMA cache_size = -\(settings.writerCacheKiB)")
        case .reader:
            try execute("PRAGMA cache_size = -\(settings.readerCacheKiB)")
            try execute("PRAGMA query_only = ON")
        case .checkpointer: try execute("PRAGMA cache_size = -256")
        }
    }

    /// From now on a lock of another process is waited for so long, over all that follows together.
    func allowWaiting(forMs milliseconds: Int) {
        wait.pointee.deadlineNs = LoopClock.system.nowNs() + UInt64(milliseconds) * 1_000_000
    }

    // MARK: Statements

    /// The statement, prepared once. A literal's address is its name: hashing its text would cost more than
    /// a small statement takes.
    func statement(_ text: StaticString) throws(PortError) -> Statement {
        let key = UInt(bitPattern: text.utf8Start)
        if let statement = statements[key] { return statement }
        let statement = try Statement(text, on: handle)
        statements[key] = statement
        return statement
    }

    /// For pragmas and migrations: not kept, and any rows are passed over.
    func execute(_ text: String) throws(PortError) {
        let code = sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw PortError(SQLiteFailure(code: code, connection: handle), during: text)
        }
    }

    /// The one number a pragma answers.
    func pragma(_ text: StaticString) throws(PortError) -> Int64 {
        try Statement(text, on: handle).firstNumber() ?? 0
    }

    /// How many rows the last statement changed.
    var changedRowCount: Int { Int(sqlite3_changes64(handle)) }

    /// Rows changed since the connection was opened: tells whether a request has written anything.
    var totalChangedRowCount: Int64 { sqlite3_total_changes64(handle) }

    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    var logPageCount: Int { Int(logPages.pointee) }

    // MARK: Transactions

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func beginWriting() throws(PortError) { try statement("BEGIN IMMEDIATE").run() }

    func commit() throws(PortError) {
        try writeMessageCounter()
        try statement("COMMIT").run()
    }

    /// Whatever happens, no transaction is open afterwards: SQLite rolls some failures back by itself.
    func rollBack() {
        if isInTransaction { try? execute("ROLLBACK") }
        names = NameTable()
        newestMessageNo = nil
    }
}
