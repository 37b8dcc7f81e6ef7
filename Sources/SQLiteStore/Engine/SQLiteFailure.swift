import CSQLite
import Ticketing

/// What SQLite itself said: the cause inside a `PortError`.
struct SQLiteFailure: Error, Sendable, CustomStringConvertible {
    /// SQLite's extended result code.
    let code: Int32
    let message: String

    init(code: Int32, connection: OpaquePointer?) {
        self.code = code
        message =
            connection.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
    }

    var description: String { "SQLite \(code): \(message)" }
}

extension PortError {
    init(_ failure: SQLiteFailure, during place: String) {
        let code: PortError.Code =
            switch failure.code & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .conflict
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_TOOBIG, SQLITE_RANGE, SQLITE_MISUSE: .rejected
            case SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_NOMEM, SQLITE_PERM,
                SQLITE_AUTH, SQLITE_PROTOCOL:
                .unavailable
            default: .failed
            }
        self.init(code, "the store failed during \(place)", cause: failure)
    }
}
