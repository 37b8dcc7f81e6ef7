import CSQLite
import Glibc

/// SQLite's way to the disk, the system's own but for logs: see `LogFile`.
enum LogFileSystem {
    /// What a connection names to get it. Nil, and so the system's own, when SQLite did not take it: slower, and as right.
    static let name: String? = register() ? "ticket-log" : nil

    // Safe: SQLite's own entry, which is there as long as the process, and which nobody changes.
    private nonisolated(unsafe) static let system: UnsafeMutablePointer<sqlite3_vfs>? = sqlite3_vfs_find(nil)

    private static func register() -> Bool {
        guard let system else { return false }
        let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        own.initialize(to: system.pointee)
        own.pointee.zName = UnsafePointer(strdup("ticket-log"))
        own.pointee.pNext = nil
        own.pointee.szOsFile = Int32(LogFile.stride) + system.pointee.szOsFile
        own.pointee.xOpen = { _, name, file, flags, outFlags in
            guard let system = LogFileSystem.system, let file else { return SQLITE_CANTOPEN }
            guard flags & SQLITE_OPEN_WAL != 0 else {
                return system.pointee.xOpen(system, name, file, flags, outFlags)
            }
            return LogFile.open(name, in: file, flags, outFlags, system: system)
        }
        guard sqlite3_vfs_register(own, 0) == SQLITE_OK else { return false }
        return true
    }
}
