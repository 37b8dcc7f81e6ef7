import CPostgres

/// What libpq is told to connect with. Nothing is left to its environment that decides where it goes or whether
/// it is safe.
struct ConnectParameters {
    private(set) var pairs: [(name: String, value: String)] = []

    init(_ server: PostgresURL, _ credentials: PostgresCredentials, addresses: [String]) {
        let host = credentials.host(of: server)
        // The name stays beside the addresses: the certificate is for the name.
        add("host", [String](repeating: host, count: max(1, addresses.count)).joined(separator: ","))
        if !addresses.isEmpty { add("hostaddr", addresses.joined(separator: ",")) }
        add("port", String(credentials.port(of: server)))
        add("dbname", credentials.database(of: server))
        add("user", credentials.user(of: server))
        if let password = credentials.password(of: server) { add("password", password) }
        add("sslmode", server.sslMode.rawValue)
        if let file = server.rootCertificateFile { add("sslrootcert", file) }
        add("application_name", server.applicationName)
        add("client_encoding", "UTF8")
        // Kerberos is not offered: asking for it costs every connection a round trip and a look for tickets.
        add("gssencmode", "disable")
        // A writer that became a reader refuses here and not at the first write.
        add("target_session_attrs", "read-write")
        // The kernel gives up on a peer that is gone without a word, in the middle of a write or when idle.
        add("tcp_user_timeout", "10000")
        add("keepalives_idle", "10")
        add("keepalives_interval", "3")
        add("keepalives_count", "3")
    }

    private mutating func add(_ name: String, _ value: String) { pairs.append((name, value)) }

    /// Two lists that end with nil, as libpq wants them.
    func withCStrings<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var bytes: [CChar] = []
        var places: [(name: Int, value: Int)] = []
        for pair in pairs {
            let name = bytes.count
            bytes.append(contentsOf: pair.name.utf8CString)
            places.append((name, bytes.count))
            bytes.append(contentsOf: pair.value.utf8CString)
        }
        return bytes.withUnsafeBufferPointer { bytes in
            let names = places.map { place in bytes.baseAddress.map { $0 + place.name } } + [nil]
            let values = places.map { place in bytes.baseAddress.map { $0 + place.value } } + [nil]
            return names.withUnsafeBufferPointer { names in
                values.withUnsafeBufferPointer { values in body(names.baseAddress!, values.baseAddress!) }
            }
        }
    }
}
