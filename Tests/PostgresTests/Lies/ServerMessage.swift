/// What a PostgreSQL server sends, byte by byte.
enum ServerMessage {
    static let parsed = message("1", [])
    static let bound = message("2", [])
    static let noData = message("n", [])
    static let complete = message("C", text("SELECT 1"))
    static let ready = message("Z", Array("I".utf8))

    /// From the word that nobody has to prove who he is to the first readiness.
    static let greeting: [UInt8] = {
        let parameters = [
            ("server_version", "15.0"), ("client_encoding", "UTF8"), ("integer_datetimes", "on"),
            ("standard_conforming_strings", "on"), ("default_transaction_read_only", "off"),
            ("in_hot_standby", "off"),
        ]
        var bytes = message("R", number(0))
        for (name, value) in parameters { bytes += message("S", text(name) + text(value)) }
        bytes += message("K", number(1) + number(2))
        return bytes + ready
    }()

    /// One row with the number 7, up to the end of the statement.
    static let seven = described([bigint]) + row([number(0) + number(7)]) + complete

    static let bigint = 20
    static let plainText = 25
    static let uuid = 2_950

    /// The columns' types; all of them come in binary.
    static func described(_ types: [Int]) -> [UInt8] {
        var body = half(types.count)
        for type in types {
            body += text("c") + number(0) + half(0)
            body += number(type) + half(8)
            body += number(-1) + half(1)
        }
        return message("T", body)
    }

    static func row(_ values: [[UInt8]]) -> [UInt8] {
        var body = half(values.count)
        for value in values { body += number(value.count) + value }
        return message("D", body)
    }

    static func error(_ sqlState: String, severity: String = "ERROR") -> [UInt8] {
        let fields = [("S", severity), ("V", severity), ("C", sqlState), ("M", "said by a test")]
        var body: [UInt8] = []
        for (name, value) in fields { body += Array(name.utf8) + text(value) }
        return message("E", body + [0])
    }

    /// `length` in place of the true one.
    static func message(_ type: Character, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
        [type.asciiValue ?? 0] + number(length ?? body.count + 4) + body
    }

    static func number(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }

    static func half(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: Int16(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }

    static func text(_ value: String) -> [UInt8] { Array(value.utf8) + [0] }
}
