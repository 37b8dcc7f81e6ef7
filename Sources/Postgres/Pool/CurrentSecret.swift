/// The credentials in use: read once, and again when the server refuses them.
struct CurrentSecret {
    private let secrets: PostgresSecrets
    private var known: PostgresCredentials?

    init(_ secrets: PostgresSecrets) { self.secrets = secrets }

    mutating func credentials(_ tally: PoolTally) throws(PostgresFailure) -> PostgresCredentials {
        if let known { return known }
        tally.count { $0.secretsRead += 1 }
        let read = try secrets.credentials()
        known = read
        return read
    }

    /// The server refused what is known. True when there is something else by now; false, and it is read again
    /// for the next connection, when there is not.
    mutating func hasChanged(_ tally: PoolTally) -> Bool {
        let refused = known
        known = nil
        guard let current = try? credentials(tally), current != refused else {
            known = nil
            return false
        }
        return true
    }
}
