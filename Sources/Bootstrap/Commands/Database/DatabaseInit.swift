import JSON
import Postgres
import Ticketing

/// `ticket db init`: the databases that the settings name, one after the other.
struct DatabaseInit {
    private struct Done {
        let server: PostgresURL
        let report: PostgresSchema.Report
    }

    private let run: CommandRun
    private let isDryRun: Bool

    init(_ run: CommandRun) {
        self.run = run
        isDryRun = run.arguments.has("--dry-run")
    }

    func perform() async throws(CommandFailure) {
        try run.arguments.noOperands()
        var done: [Done] = []
        for server in try servers() {
            let report = try await migrate(server)
            done.append(Done(server: server, report: report))
            say(server, report)
        }
        run.console.json { writer in
            writer.member("dryRun", isDryRun)
            writer.array("databases") { writer in
                for each in done { writer.object { Self.write(each, to: &$0) } }
            }
        }
    }

    /// Each database once, however many ports stand on it.
    private func servers() throws(CommandFailure) -> [PostgresURL] {
        let stores = run.configuration.stores
        var locations: [AdapterLocation] = []
        for location in [stores.orders, stores.catalogue]
        where location.scheme == .postgres && !locations.contains(location) { locations.append(location) }
        guard !locations.isEmpty else {
            throw .usage(
                "neither TICKET_ORDERS nor TICKET_CATALOGUE is a postgres:// URL, and SQLite files need no init"
            )
        }
        var servers: [PostgresURL] = []
        for location in locations {
            do throws(InvalidValue) {
                servers.append(try PostgresURL(location.target))
            } catch {
                throw CommandFailure(error)
            }
        }
        return servers
    }

    private func migrate(_ server: PostgresURL) async throws(CommandFailure) -> PostgresSchema.Report {
        do throws(PortError) {
            try PostgresLibrary.require()
        } catch {
            throw CommandFailure(error)
        }
        let secrets: PostgresSecrets
        do throws(InvalidValue) {
            secrets = try PostgresSecrets.of(server, environment: run.configuration.stores.toolVariables)
        } catch {
            throw CommandFailure(error)
        }
        var settings = PoolSettings()
        // A database that has paused itself takes a while to wake up, and a deployment waits for it here.
        settings.waitMs = 30_000
        settings.connectMs = 10_000
        let pool = PostgresPool(
            url: server, secrets: secrets, settings: settings, randomness: MachineRandomness())
        defer { pool.close() }
        do throws(PortError) {
            return try await PostgresSchema(pool).migrate(dryRun: isDryRun)
        } catch {
            switch error.code {
            case .rejected, .corrupt: throw .badData("\(server): \(error)")
            default: throw CommandFailure(error)
            }
        }
    }

    // MARK: Saying

    private func say(_ server: PostgresURL, _ report: PostgresSchema.Report) {
        for version in report.applied {
            let verb = isDryRun ? "would apply" : "applied"
            run.console.say("\(server): \(verb) migration \(version), \(Self.name(version)).")
        }
        guard report.applied.isEmpty else { return }
        let newest = report.present.last ?? 0
        run.console.say("\(server): nothing to do, it is at migration \(newest).")
    }

    private static func write(_ done: Done, to writer: inout JSONWriter) {
        writer.member("url", done.server.description)
        writer.array("applied") { writer in
            for version in done.report.applied {
                writer.object { writer in
                    writer.member("version", version)
                    writer.member("name", name(version))
                }
            }
        }
        writer.array("present") { writer in
            for version in done.report.present { writer.element(version) }
        }
    }

    private static func name(_ version: Int) -> String {
        Migration.all.first { $0.version == version }?.name ?? ""
    }
}
