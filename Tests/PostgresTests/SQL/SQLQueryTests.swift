import Postgres
import Testing
import Ticketing

extension PostgresTests {
    @Suite("A statement's values")
    struct SQLQueryTests {
        @Test(
            "are bound and never a part of its text",
            arguments: ["'; DROP TABLE orders; --", "$1", "\\", "''", "한국어 🎫", "", "a\nb\tc"])
        func hostile(text: String) async throws {
            let pool = try sharedCluster().pool("postgres")
            defer { pool.close() }
            let rows = try await pool.ask(["SELECT \(text), \([text, "b"]) = ARRAY[\(text), 'b']"])[0]
            #expect(try rows.text(0, 0) == text)
            #expect(try rows.bool(0, 1))
        }

        @Test("come back as they went")
        func roundTrip() async throws {
            let pool = try sharedCluster().pool("postgres")
            defer { pool.close() }
            let attempt = Attempt(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
            let nothing: String? = nil
            for number in [Int.min, -1, 0, 1, Int.max] {
                let query: SQLQuery = "SELECT \(number), \(true), \(attempt), \(orNull: nothing)"
                let rows = try await pool.ask([query])[0]
                #expect(try rows.int(0, 0) == number)
                #expect(try rows.bool(0, 1))
                #expect(try rows.attempt(0, 2) == attempt)
                #expect(rows.isNull(0, 3))
            }
            for ms: Int64 in [
                -62_167_219_200_000, -1, 0, 1, 946_684_799_999, 1_900_000_000_001, 253_402_300_799_999,
            ] {
                let moment = Timestamp(msSinceEpoch: ms)
                let rows = try await pool.ask(["SELECT \(moment)"])[0]
                #expect(try rows.moment(0, 0) == moment)
            }
            let written = Timestamp(msSinceEpoch: 1_798_797_600_123)
            let same = try await pool.ask(["SELECT \(written) = '2027-01-01T10:00:00.123Z'::timestamptz"])[0]
            #expect(try same.bool(0, 0))
        }

        @Test("in arrays may be none, or NULL")
        func arrays() async throws {
            let pool = try sharedCluster().pool("postgres")
            defer { pool.close() }
            let empty: [String] = []
            let some: [String?] = ["a", nil, ""]
            let rows = try await pool.ask([
                """
                SELECT cardinality(\(empty))::bigint, \(some)::text, cardinality(\([1, -2]))::bigint,
                    \([true, false])::text
                """
            ])[0]
            #expect(try rows.int(0, 0) == 0)
            #expect(try rows.text(0, 1) == "{a,NULL,\"\"}")
            #expect(try rows.int(0, 2) == 2)
            #expect(try rows.text(0, 3) == "{t,f}")
        }

        @Test("that are asked for as another type, or as another column, are a typed error")
        func wrongType() async throws {
            let pool = try sharedCluster().pool("postgres")
            defer { pool.close() }
            let nothing: Int64? = nil
            let query: SQLQuery = "SELECT \("text"), \(1), \(orNull: nothing)"
            let rows = try await pool.ask([query])[0]
            #expect(throws: PostgresFailure.self) { try rows.int(0, 0) }
            #expect(throws: PostgresFailure.self) { try rows.text(0, 1) }
            #expect(throws: PostgresFailure.self) { try rows.int(0, 2) }
            #expect(throws: PostgresFailure.self) { try rows.int(0, 3) }
            #expect(throws: PostgresFailure.self) { try rows.text(1, 0) }
        }
    }
}
