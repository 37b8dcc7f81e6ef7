import CLinux
import Glibc
import Postgres
import Synchronization
import Ticketing
import TicketingTesting

/// A PostgreSQL of the tests' own: made with initdb in a scratch directory, on loopback with a free port.
///
/// It ends with `remove`; and if the tests end without that, a shell that reads a pipe of this process sees the
/// pipe's end and stops the server.
final class PostgresCluster: Sendable {
    let directory: String
    /// Another one when somebody took it before the server did.
    var port: Int { chosenPort.load(ordering: .sequentiallyConsistent) }
    private let chosenPort = Atomic(0)
    private let user = PostgresUser.ifRoot()
    private let options: [String]
    private let process = Mutex<pid_t>(0)
    private let databases = Atomic(0)
    private let lifeline: Int32
    private let hasRun = Atomic(false)

    static let programs: String = {
        let versions = ["17", "16", "15", "14"].map { "/usr/lib/postgresql/\($0)/bin" }
        return versions.first { access("\($0)/initdb", X_OK) == 0 } ?? "/usr/bin"
    }()

    /// Signs for `localhost`; none without TLS.
    var authority: String { "\(directory)/tls/authority.crt" }

    /// The user `ticket` is believed, all others need their password. Without `isDurable` it does not wait for the
    /// disk: a process that is killed loses nothing by that.
    init(isDurable: Bool = false, hasTLS: Bool = false) throws {
        var template = Array("/tmp/ticket-postgres-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Command.Failed(description: "no scratch directory") }
        directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        if let user { chown(directory, user.id, user.group) }
        chmod(directory, 0o755)
        chosenPort.store(try FreePort.find(), ordering: .sequentiallyConsistent)
        self.options =
            [
                "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300",
                "shared_buffers=32MB", "log_min_messages=log",
            ] + (isDurable ? [] : ["fsync=off", "full_page_writes=off"])
            + (hasTLS ? try Self.tlsOptions(directory, user) : [])
        var ends: [Int32] = [0, 0]
        guard clinux_pipe(&ends) == 0 else { throw Command.Failed(description: "no pipe") }
        lifeline = ends[1]
        let script = """
            cat >/dev/null; [ -f "$0/data/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
            sleep 1; rm -rf "$0"
            """
        // Nobody's child: it ends when it wants, and a dead child that is not waited for keeps the monitor of exit tests
        // from ever seeing its own.
        let launcher = #"exec 3<&0; setsid sh -c "$0" "$1" <&3 3<&- &"#
        let shell = try Command.start(
            ["sh", "-c", launcher, script, directory], log: "/dev/null", stdin: ends[0])
        waitpid(shell, nil, 0)
        Glibc.close(ends[0])
        try Command.run(
            [
                "\(Self.programs)/initdb", "-D", data, "-U", "ticket", "--auth=trust", "-E",
                "UTF8", "--locale=C", "--no-sync", "--no-instructions",
            ], log: log, asUser: user)
        write(
            """
            host all ticket 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256

            """, to: "pg_hba.conf")
    }

    private static func tlsOptions(_ directory: String, _ user: PostgresUser?) throws -> [String] {
        let authority = try TestAuthority(in: "\(directory)/tls", log: "\(directory)/log")
        let signed = try authority.sign("localhost")
        // The server takes no key that others could read.
        chmod(signed.keyFile, 0o600)
        if let user { chown(signed.keyFile, user.id, user.group) }
        return ["ssl=on", "ssl_cert_file=\(signed.certificateFile)", "ssl_key_file=\(signed.keyFile)"]
    }

    var data: String { directory + "/data" }
    private var log: String { directory + "/log" }

    // MARK: Life

    /// Starts the server and waits until it takes connections.
    func start() throws {
        for attempt in 0..<100 {
            let settings = options + ["port=\(port)"]
            let child = try Command.start(
                ["\(Self.programs)/postgres", "-D", data] + settings.flatMap { ["-c", $0] }, log: log,
                asUser: user)
            process.withLock { $0 = child }
            if waitUntilUp(child) {
                hasRun.store(true, ordering: .sequentiallyConsistent)
                return
            }
            end(SIGKILL)
            if !hasRun.load(ordering: .sequentiallyConsistent) {
                chosenPort.store(try FreePort.find(), ordering: .sequentiallyConsistent)
            }
            // After a kill the last processes of the old server hold its memory for a moment.
            usleep(useconds_t(min(20_000 * (attempt + 1), 200_000)))
        }
        throw Command.Failed(description: "the server does not start: see \(log)")
    }

    private func waitUntilUp(_ child: pid_t) -> Bool {
        for _ in 0..<600 {
            var status: Int32 = 0
            guard waitpid(child, &status, WNOHANG) == 0 else {
                process.withLock { $0 = 0 }
                return false
            }
            let ready = [
                "\(Self.programs)/pg_isready", "-q", "-h", "127.0.0.1", "-p", "\(port)", "-d", "postgres",
            ]
            if (try? Command.status(ready, log: log)) == 0 { return true }
            usleep(20_000)
        }
        return false
    }

    /// Ends it with the signal and waits for that: SIGINT ends every session and stops, SIGKILL is the crash. A
    /// server that does not stop when it is asked to is made to.
    func end(_ signal: Int32 = SIGINT) {
        let child = process.withLock { child in
            defer { child = 0 }
            return child
        }
        guard child > 0 else { return }
        kill(child, signal)
        for waited in 0... {
            var status: Int32 = 0
            guard waitpid(child, &status, WNOHANG) == 0 else { return }
            if waited == 3_000 { kill(child, SIGQUIT) }
            if waited == 6_000 { kill(child, SIGKILL) }
            usleep(10_000)
        }
    }

    func remove() {
        end(SIGINT)
        Glibc.close(lifeline)
    }

    /// Writes a file that belongs to the server, readable by nobody else.
    private func write(_ text: String, to name: String) {
        let path = "\(data)/\(name)"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array(text.utf8)
        Glibc.write(file, bytes, bytes.count)
        fchmod(file, 0o600)
        if let user { fchown(file, user.id, user.group) }
        Glibc.close(file)
    }

    // MARK: For a test

    /// A server that runs, and stops whatever becomes of the test.
    static func with(
        isDurable: Bool = false, hasTLS: Bool = false,
        _ body: (PostgresCluster) async throws -> Void
    ) async throws {
        let cluster = try await OwnThread.run {
            let cluster = try PostgresCluster(isDurable: isDurable, hasTLS: hasTLS)
            do {
                try cluster.start()
            } catch {
                cluster.remove()
                throw error
            }
            return cluster
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(cluster)) } catch { outcome = .failure(error) }
        try await OwnThread.run { cluster.remove() }
        try outcome.get()
    }

    // MARK: Databases

    /// A new database under a name of its own.
    func makeDatabase() async throws -> String {
        let name = "t\(databases.add(1, ordering: .relaxed).newValue)"
        let words = [
            "\(Self.programs)/createdb", "-h", "127.0.0.1", "-p", "\(port)", "-U", "ticket", name,
        ]
        try await OwnThread.run { [log] in try Command.run(words, log: log) }
        return name
    }

    func url(_ database: String, query: String = "sslmode=disable", user: String = "ticket") throws
        -> PostgresURL
    {
        try PostgresURL("postgres://\(user)@127.0.0.1:\(port)/\(database)?\(query)")
    }

    func pool(_ database: String, _ settings: PoolSettings = .forTests) throws -> PostgresPool {
        try PostgresPool(url: url(database), settings: settings, randomness: SeededRandomness(seed: 1))
    }

    /// A pool on a new database that has the schema.
    func withDatabase<Value>(
        _ settings: PoolSettings = .forTests, _ body: (PostgresPool, String) async throws -> Value
    ) async throws -> Value {
        let name = try await makeDatabase()
        let pool = try pool(name, settings)
        defer { pool.close() }
        _ = try await PostgresSchema(pool).migrate(dryRun: false)
        return try await body(pool, name)
    }
}

extension PoolSettings {
    static var forTests: PoolSettings {
        var settings = PoolSettings()
        settings.maxConnections = 4
        // The machine that runs the tests may be busy with others.
        settings.waitMs = 30_000
        settings.statementMs = 30_000
        return settings
    }
}
