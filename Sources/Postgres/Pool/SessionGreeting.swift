/// What every connection is told first. As statements and not as start-up options, which a proxy between us and
/// the server may not pass on.
enum SessionGreeting {
    static func queries(_ settings: PoolSettings) -> [SQLQuery] {
        let statement = "\(settings.statementMs)"
        // A client that vanished in the middle of a transaction must not keep its locks.
        let idle = "\(settings.statementMs + settings.answerGraceMs)"
        return [
            """
            SELECT set_config('statement_timeout', \(statement), false),
                set_config('lock_timeout', \(statement), false),
                set_config('idle_in_transaction_session_timeout', \(idle), false),
                set_config('default_transaction_isolation', 'read committed', false),
                set_config('search_path', 'public', false),
                set_config('TimeZone', 'UTC', false)
            """
        ]
    }
}
