import Glibc
import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

@Suite("Opening a store")
struct OpeningTests {
    private let clock = ManualClock()

    private func refusal(of path: String) -> PortError? {
        do {
            try SQLiteStore(path: path, clock: clock, settings: .forTests).close()
            return nil
        } catch {
            return error
        }
    }

    @Test("makes its directories and files for the owner alone")
    func modes() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/inner/deeper/ticket.db"
            try await withStore(at: path, clock: clock) { store in
                _ = try await SQLiteDeadLetters(store).record(
                    Failure(key: "k", kind: .internal, reason: "r", at: clock.now()))
                #expect(mode(of: directory + "/inner") == 0o700)
                #expect(mode(of: directory + "/inner/deeper") == 0o700)
                for suffix in ["", "-wal", "-shm"] { #expect(mode(of: path + suffix) == 0o600) }
            }
        }
    }

    @Test("is durable by its settings: a write-ahead log, synced with every commit")
    func settings() async throws {
        try await withStore { store, _ in
            let synchronous = try await store.write { connection throws(PortError) in
                try connection.pragma("PRAGMA synchronous")
            }
            #expect(synchronous == 2)
            #expect(access(store.path + "-wal", F_OK) == 0)
        }
    }

    @Test("a closed store is one file, without a log to go with it")
    func closing() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ticket.db"
            try await withStore(at: path, clock: clock) { store in
                _ = try await SQLiteSeatLedger(store, queuesIntents: true).open(
                    IntentDraft("a", seats: ["A-1-1"]).intent, seatsPerBuyer: 4, now: clock.now())
            }
            #expect(access(path + "-wal", F_OK) != 0)
            try await withStore(at: path, clock: clock) { store in
                let intent = try await SQLiteSeatLedger(store, queuesIntents: true)
                    .intent(IntentDraft("a", seats: ["A-1-1"]).id)
                #expect(intent != nil)
            }
        }
    }

    @Test("a file of another program is refused and stays as it was")
    func foreignFile() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/other.db"
            write([], to: path)
            try RawDatabase(path).run("CREATE TABLE theirs (x)", "INSERT INTO theirs VALUES (1)")
            let before = contents(of: path)
            let error = try #require(refusal(of: path))
            #expect(error.code == .rejected)
            #expect(error.message.contains(path))
            #expect(contents(of: path) == before)
        }
    }

    @Test("a file that is no database is refused and stays as it was")
    func noDatabase() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/letter.txt"
            let letter = Array(String(repeating: "Dear Sir or Madam, ", count: 500).utf8)
            write(letter, to: path)
            let error = try #require(refusal(of: path))
            #expect(error.code == .corrupt)
            #expect(
                error.message == "\(path) cannot be read as a store; name another file, or restore this one")
            #expect(contents(of: path) == letter)
        }
    }

    @Test("a store of a newer program is refused, with both versions in the message")
    func newerStore() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ticket.db"
            try await withStore(at: path, clock: clock) { _ in }
            try RawDatabase(path).run("PRAGMA user_version = 99")
            let error = try #require(refusal(of: path))
            #expect(error.code == .rejected)
            #expect(error.message.contains("99") && error.message.contains("\(Migration.newestVersion)"))
        }
    }

    @Test("a path that cannot be made gives an error that names it")
    func impossiblePath() async throws {
        try await withTemporaryDirectory { directory in
            write([1], to: directory + "/file")
            let error = try #require(refusal(of: directory + "/file/ticket.db"))
            #expect(error.code == .unavailable)
            #expect(error.message.contains(directory))
            #expect(refusal(of: "")?.code == .rejected)
        }
    }

    @Test("a schema that fails half way leaves nothing, and the next start makes it whole")
    func halfMigration() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ticket.db"
            write([], to: path)
            let connection = try Connection(path: path, role: .writer, settings: .forTests)
            let broken = Migration(version: 1, statements: Migration.first.statements + ["CREATE NONSENSE"])
            #expect(throws: PortError.self) {
                try Migrator(
                    connection: connection, path: path, settings: .forTests, migrations: [broken]
                ).run()
            }
            #expect(try connection.pragma("SELECT count(*) FROM sqlite_schema") == 0)
            #expect(refusal(of: path) == nil)
        }
    }

    @Test("a later version's steps run on the rows of an earlier one")
    func laterMigration() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ticket.db"
            try await withStore(at: path, clock: clock) { store in
                _ = try await SQLiteDeadLetters(store).record(
                    Failure(key: "k", kind: .internal, reason: "r", at: clock.now()))
            }
            let connection = try Connection(path: path, role: .writer, settings: .forTests)
            let next = Migration(
                version: Migration.newestVersion + 1,
                statements: ["ALTER TABLE failures ADD COLUMN note TEXT"])
            try Migrator(
                connection: connection, path: path, settings: .forTests, migrations: Migration.all + [next]
            ).run()
            #expect(try connection.pragma("SELECT count(*) FROM failures WHERE note IS NULL") == 1)
            #expect(try connection.pragma("PRAGMA user_version") == Migration.newestVersion + 1)
        }
    }

    @Test("of many that open a new store at once each gets it whole")
    func parallelOpens() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ticket.db"
            let clock = clock
            let opened = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        guard
                            let store = try? SQLiteStore(path: path, clock: clock, settings: .forTests)
                        else { return false }
                        let count = try? await SQLiteDeadLetters(store).record(
                            Failure(key: "\(number)", kind: .internal, reason: "r", at: clock.now()))
                        store.close()
                        return count == 1
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(opened == 8)
        }
    }
}
