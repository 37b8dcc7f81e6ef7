import Ticketing

/// What `DeadLetters` promises of its writes.
struct FailureTransactions {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func record(_ failure: Failure) throws(PortError) -> Int {
        let count = try connection.statement(
            """
            INSERT INTO failures (key, kind, count) VALUES (?1, ?2, 1)
            ON CONFLICT (key, kind) DO UPDATE SET count = count + 1
            """)
        count.bind(1, text: failure.key)
        count.bind(2, text: failure.kind.rawValue)
        try count.run()
        let sum = try connection.statement("SELECT sum(count) FROM failures WHERE key = ?1")
        sum.bind(1, text: failure.key)
        return Int(try sum.firstNumber() ?? 0)
    }

    func forgetFailures(of key: String) throws(PortError) {
        let delete = try connection.statement("DELETE FROM failures WHERE key = ?1")
        delete.bind(1, text: key)
        try delete.run()
    }

    func bury(_ letter: DeadLetter) throws(PortError) {
        let (kind, body) = StoredMessage.columns(of: letter.message, group: "")
        let put = try connection.statement(
            """
            INSERT OR REPLACE INTO dead_letters
                (key, message_kind, message, event, kind, reason, failure_count, died_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        put.bind(1, text: letter.key)
        put.bind(2, kind.rawValue)
        put.bind(3, text: body ?? "")
        put.bind(4, text: letter.event?.text)
        put.bind(5, text: letter.kind.rawValue)
        put.bind(6, text: letter.reason)
        put.bind(7, letter.failureCount)
        put.bind(8, letter.diedAt)
        try put.run()
    }

    func beginRedrive(of key: String) throws(PortError) -> Int? {
        let find = try connection.statement("SELECT 1 FROM dead_letters WHERE key = ?1")
        find.bind(1, text: key)
        guard try find.firstNumber() != nil else { return nil }
        let count = try connection.statement(
            """
            INSERT INTO redrives (key, count) VALUES (?1, 1)
            ON CONFLICT (key) DO UPDATE SET count = count + 1
            """)
        count.bind(1, text: key)
        try count.run()
        try forgetFailures(of: key)
        let read = try connection.statement("SELECT count FROM redrives WHERE key = ?1")
        read.bind(1, text: key)
        return Int(try read.firstNumber() ?? 0)
    }

    func remove(_ key: String) throws(PortError) -> Bool {
        let delete = try connection.statement("DELETE FROM dead_letters WHERE key = ?1")
        delete.bind(1, text: key)
        try delete.run()
        return connection.changedRowCount == 1
    }
}
