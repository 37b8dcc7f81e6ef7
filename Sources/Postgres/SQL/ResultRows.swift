import CPostgres
import Glibc
import Ticketing

/// The rows that a statement gave, read by place. What the server says is not believed: type, length and count are
/// checked with every value.
///
// Sendable because a PGresult is never changed after libpq has handed it over, and it belongs to this object
// alone, which frees it once.
package final class ResultRows: @unchecked Sendable {
    private let result: OpaquePointer

    /// Takes the result over.
    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    package var count: Int { Int(PQntuples(result)) }

    /// So many rows were written by a statement that gives none.
    package var changedCount: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    package func isNull(_ row: Int, _ column: Int) -> Bool {
        PQgetisnull(result, Int32(row), Int32(column)) == 1
    }

    package func bool(_ row: Int, _ column: Int) throws(PostgresFailure) -> Bool {
        try value(row, column, TypeOID.bool, length: 1)[0] != 0
    }

    package func int(_ row: Int, _ column: Int) throws(PostgresFailure) -> Int {
        Int(try number(row, column, TypeOID.int8))
    }

    package func moment(_ row: Int, _ column: Int) throws(PostgresFailure) -> Timestamp {
        let microseconds = try number(row, column, TypeOID.moment)
        // Toward the past, so that a moment before 2000 with microseconds in it does not become a later one.
        let milliseconds = microseconds >= 0 ? microseconds / 1_000 : (microseconds - 999) / 1_000
        return Timestamp(msSinceEpoch: milliseconds + Timestamp.msFrom1970To2000)
    }

    package func text(_ row: Int, _ column: Int) throws(PostgresFailure) -> String {
        let bytes = try value(row, column, TypeOID.text, length: nil)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw nonsense("text that is not UTF-8", column)
        }
        return text
    }

    package func attempt(_ row: Int, _ column: Int) throws(PostgresFailure) -> Attempt {
        let bytes = try value(row, column, TypeOID.uuid, length: Attempt.byteCount)
        do {
            return try Attempt(bytes: bytes)
        } catch {
            throw nonsense("a wrong attempt", column)
        }
    }

    private func number(_ row: Int, _ column: Int, _ typeOID: UInt32) throws(PostgresFailure) -> Int64 {
        let bytes = try value(row, column, typeOID, length: 8)
        return Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
    }

    /// The bytes live as long as these rows.
    private func value(
        _ row: Int, _ column: Int, _ typeOID: UInt32, length: Int?
    ) throws(PostgresFailure) -> UnsafeRawBufferPointer {
        let row = Int32(row)
        let place = Int32(column)
        guard row < PQntuples(result), place < PQnfields(result) else {
            throw nonsense("too few columns or rows", column)
        }
        guard PQfformat(result, place) == 1, PQftype(result, place) == typeOID else {
            throw nonsense("type \(PQftype(result, place)) in place of \(typeOID)", column)
        }
        guard PQgetisnull(result, row, place) == 0, let start = PQgetvalue(result, row, place) else {
            throw nonsense("NULL", column)
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, place)))
        guard length == nil || bytes.count == length else { throw nonsense("a wrong length", column) }
        return bytes
    }

    private func nonsense(_ what: String, _ column: Int) -> PostgresFailure {
        PostgresFailure(.nonsense, "column \(column) of an answer has \(what)")
    }
}
