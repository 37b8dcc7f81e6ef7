import Ticketing

/// The part of an intent that changes, with its number in this store.
struct IntentRow {
    /// Of every statement that reads a row: the columns and their order.
    static let columns =
        "no, id, attempt, state, created_at, hold_expires_at, queued_at, ended_at, order_number"

    let no: Int64
    let id: IntentID
    let attempt: Attempt
    let state: IntentState
    let createdAt: Timestamp
    let holdExpiresAt: Timestamp
    /// When its message was put into this store's queue, by the same commit.
    let queuedAt: Timestamp?
    let endedAt: Timestamp?
    let order: OrderNumber?

    /// Columns: no, id, attempt, state, created_at, hold_expires_at, queued_at, ended_at, order_number.
    init(_ row: Statement, id known: IntentID? = nil) throws(PortError) {
        no = row.number(0)
        id = if let known { known } else { try IntentKey.id(row.bytes(1)) }
        attempt = try Attempt(stored: row.bytes(2))
        state = try IntentState(storedCode: row.number(3))
        createdAt = row.moment(4)
        holdExpiresAt = row.moment(5)
        queuedAt = row.isNull(6) ? nil : row.moment(6)
        endedAt = row.isNull(7) ? nil : row.moment(7)
        order = row.isNull(8) ? nil : try OrderKey.number(row.bytes(8))
    }
}

extension Attempt {
    init(stored bytes: UnsafeRawBufferPointer) throws(PortError) {
        guard bytes.count == Self.byteCount else {
            throw PortError(.corrupt, "a stored attempt has a wrong length")
        }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}
