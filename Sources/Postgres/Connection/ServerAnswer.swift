import CPostgres

/// Reads libpq's results and messages.
enum ServerAnswer {
    private static let sqlStateField = Int32(UInt8(ascii: "C"))
    private static let messageField = Int32(UInt8(ascii: "M"))
    private static let constraintField = Int32(UInt8(ascii: "n"))
    /// A server may say more than a log line should hold.
    private static let maxMessageBytes = 500

    /// Takes the result over. Nil for a kind that is never asked for: COPY and its like.
    static func report(_ result: OpaquePointer) -> ExchangeSteps.Report? {
        let status = PQresultStatus(result)
        if status == PGRES_TUPLES_OK { return .rows(ResultRows(result)) }
        if status == PGRES_COMMAND_OK { return .rows(ResultRows(result)) }
        defer { PQclear(result) }
        if status == PGRES_PIPELINE_SYNC { return .end }
        if status == PGRES_PIPELINE_ABORTED { return .passedOver }
        if status == PGRES_FATAL_ERROR { return .failed(failure(result)) }
        return nil
    }

    private static func failure(_ result: OpaquePointer) -> PostgresFailure {
        let sqlState = field(result, sqlStateField).flatMap { SQLState($0) }
        guard let sqlState else {
            let words = text(PQresultErrorMessage(result))
            return PostgresFailure(.lost, words.isEmpty ? "the connection ended" : words)
        }
        return PostgresFailure(
            .refused, field(result, messageField) ?? "no message", sqlState: sqlState,
            constraint: field(result, constraintField))
    }

    private static func field(_ result: OpaquePointer, _ code: Int32) -> String? {
        PQresultErrorField(result, code).map { text($0) }
    }

    /// At most so much of it, with what is no UTF-8 mended and line feeds made spaces.
    static func text(_ start: UnsafePointer<CChar>?) -> String {
        guard let start else { return "" }
        var bytes: [UInt8] = []
        var index = 0
        while index < maxMessageBytes, start[index] != 0 {
            let byte = UInt8(bitPattern: start[index])
            bytes.append(byte < 0x20 ? 0x20 : byte)
            index += 1
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The state in a connection's error message: libpq gives it nowhere else. With verbose messages it stands
    /// behind the severity: `FATAL:  28P01: password authentication failed`.
    static func sqlState(inMessage message: String) -> SQLState? {
        let bytes = Array(message.utf8)
        guard bytes.count >= 9 else { return nil }
        for start in 0...(bytes.count - 9)
        where bytes[start] == UInt8(ascii: ":") && bytes[start + 1] == 0x20 && bytes[start + 2] == 0x20
            && bytes[start + 8] == UInt8(ascii: ":")
        {
            let code = String(decoding: bytes[(start + 3)..<(start + 8)], as: UTF8.self)
            if let sqlState = SQLState(code) { return sqlState }
        }
        return nil
    }
}
