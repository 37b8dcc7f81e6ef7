import CSQLite
import Ticketing

/// A prepared statement. It belongs to one connection and so to one thread.
///
/// Positions of parameters count from 1 and those of columns from 0, as in SQLite.
final class Statement {
    private let handle: OpaquePointer
    private let text: StaticString
    /// A failed bind is told by the next step, so that binding reads as a list.
    private var bindFailure: Int32 = SQLITE_OK

    /// SQLite copies what it is given: the Swift value may be gone before the step.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ text: StaticString, on connection: OpaquePointer) throws(PortError) {
        var handle: OpaquePointer?
        let code = text.withUTF8Buffer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                sqlite3_prepare_v3(
                    connection, characters.baseAddress, Int32(characters.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
            }
        }
        guard code == SQLITE_OK, let handle else {
            throw PortError(SQLiteFailure(code: code, connection: connection), during: "\(text)")
        }
        self.handle = handle
        self.text = text
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: Parameters

    func bind(_ position: Int32, _ number: Int64) { note(sqlite3_bind_int64(handle, position, number)) }

    func bind(_ position: Int32, _ number: Int) {
        note(sqlite3_bind_int64(handle, position, Int64(number)))
    }

    func bind(_ position: Int32, _ number: Int64?) {
        guard let number else { return bindNull(position) }
        bind(position, number)
    }

    func bind(_ position: Int32, _ moment: Timestamp) { bind(position, moment.msSinceEpoch) }

    func bind(_ position: Int32, text: String) {
        // An empty string may have no address, which SQLite would take for NULL.
        guard !text.isEmpty else { return note(sqlite3_bind_text(handle, position, "", 0, Self.copied)) }
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                note(
                    sqlite3_bind_text(
                        handle, position, characters.baseAddress, Int32(characters.count), Self.copied))
            }
        }
    }

    func bind(_ position: Int32, text: String?) {
        guard let text else { return bindNull(position) }
        bind(position, text: text)
    }

    func bind(_ position: Int32, blob: [UInt8]) {
        guard !blob.isEmpty else { return note(sqlite3_bind_zeroblob(handle, position, 0)) }
        blob.withUnsafeBytes { bytes in
            note(sqlite3_bind_blob64(handle, position, bytes.baseAddress, UInt64(bytes.count), Self.copied))
        }
    }

    func bind(_ position: Int32, blob: [UInt8]?) {
        guard let blob else { return bindNull(position) }
        bind(position, blob: blob)
    }

    func bindNull(_ position: Int32) { note(sqlite3_bind_null(handle, position)) }

    private func note(_ code: Int32) {
        if code != SQLITE_OK { bindFailure = code }
    }

    // MARK: Running

    /// True when there is a row. The caller resets the statement when it has read enough.
    func step() throws(PortError) -> Bool {
        guard bindFailure == SQLITE_OK else {
            let code = bindFailure
            reset()
            throw PortError(SQLiteFailure(code: code, connection: nil), during: "\(text)")
        }
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let failure = SQLiteFailure(code: code, connection: sqlite3_db_handle(handle))
            reset()
            throw PortError(failure, during: "\(text)")
        }
    }

    /// For a statement without rows.
    func run() throws(PortError) {
        _ = try step()
        reset()
    }

    /// The first row's first column, for a statement that asks for one number.
    func firstNumber() throws(PortError) -> Int64? {
        defer { reset() }
        return try step() ? number(0) : nil
    }

    func reset() {
        sqlite3_reset(handle)
        bindFailure = SQLITE_OK
    }

    // MARK: Columns

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func number(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func moment(_ column: Int32) -> Timestamp { Timestamp(msSinceEpoch: number(column)) }

    func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func blob(_ column: Int32) -> [UInt8] { Array(bytes(column)) }

    /// Good until the next step or reset.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let address = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: address, count: Int(sqlite3_column_bytes(handle, column)))
    }
}
