import Glibc
import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

/// A process of its own that sells until it is killed, in place of the machine the others pretend.
@Suite("kill -9 of a selling process", .serialized)
struct CrashTests {
    private static let childVariable = "CRASH_CHILD"
    private static let hall = SmallHall()

    private static var childDirectory: String? {
        getenv(childVariable).map { String(cString: $0) }
    }

    private static func draft(_ number: Int) -> IntentDraft {
        let letters = Base32.encode([
            UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255),
        ])
        return IntentDraft("a", buyer: "buyer\(letters)", seats: ["A-9-\(number)"], in: hall)
    }

    @Test("loses nothing that was answered, round after round on one file")
    func losesNothing() async throws {
        try await withTemporaryDirectory { directory in
            for round in 1...4 {
                let acknowledgedBefore = acknowledged(in: directory).count
                try await kill(after: acknowledgedBefore + 40 * round, in: directory)
                let numbers = acknowledged(in: directory)
                #expect(numbers.count > acknowledgedBefore)
                try await requireAll(numbers, in: directory)
            }
        }
    }

    /// Opens the store as the next start would, and looks for every intent that was answered.
    private func requireAll(_ numbers: [Int], in directory: String) async throws {
        try await withStore(at: directory + "/ticket.db", clock: ManualClock()) { store in
            let ledger = SQLiteSeatLedger(store, queuesIntents: true)
            let locks = try await ledger.locks(in: .named("A"), of: Self.hall.event)
            let lockedSeats = Set(locks.map(\.seat))
            for number in numbers {
                let draft = Self.draft(number)
                let intent = try await ledger.intent(draft.id)
                #expect(intent == draft.intent, "intent \(number)")
                #expect(lockedSeats.contains(.named("A-9-\(number)")), "the seat of intent \(number)")
            }
            let rows = try RawDatabase(store.path)
            // What was not answered may be there or not, but only whole.
            let intents = try rows.number("SELECT count(*) FROM intents")
            #expect(intents >= numbers.count)
            #expect(try rows.number("SELECT count(*) FROM seat_locks") == intents)
            #expect(try rows.number("SELECT count(*) FROM tallies") == intents)
            #expect(try rows.number("SELECT count(*) FROM messages") == intents)
            #expect(
                try rows.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
                    == 0)
        }
    }

    private func acknowledged(in directory: String) -> [Int] {
        String(decoding: contents(of: directory + "/acknowledged"), as: UTF8.self)
            .split(separator: "\n").compactMap { Int($0) }
    }

    /// Runs this very test program again with only the child's test, and kills it in the middle of its work.
    private func kill(after count: Int, in directory: String) async throws {
        let child = try spawn(in: directory)
        defer {
            Glibc.kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        for _ in 0..<3_000 {
            guard acknowledged(in: directory).count < count else { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("the child sold too little")
    }

    private func spawn(in directory: String) throws -> pid_t {
        let own = contents(of: "/proc/self/cmdline").split(separator: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
        var arguments: [String] = []
        var skipsValue = false
        for argument in own {
            if skipsValue {
                skipsValue = false
            } else if argument == "--filter" || argument == "--skip" {
                skipsValue = true
            } else {
                arguments.append(argument)
            }
        }
        arguments += ["--filter", "SQLiteStoreTests.CrashTests/sellsUntilKilled"]
        let variable = "\(Self.childVariable)=\(directory)"
        var pointers = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = [strdup(variable)]
        for inherited in contents(of: "/proc/self/environ").split(separator: 0) {
            variables.append(strdup(String(decoding: inherited, as: UTF8.self)))
        }
        variables.append(nil)
        defer { for pointer in pointers + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, directory + "/child-errors", O_WRONLY | O_CREAT, 0o600)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var child = pid_t()
        let failure = posix_spawn(&child, "/proc/self/exe", &actions, nil, &pointers, &variables)
        try #require(failure == 0)
        return child
    }

    /// The child's part: sells in parallel and writes down what was answered, until it is killed.
    @Test("(the child of the test above)", .enabled(if: childDirectory != nil))
    func sellsUntilKilled() async throws {
        let directory = try #require(Self.childDirectory)
        let first = (acknowledged(in: directory).max() ?? -1) + 1_000
        try await withStore(at: directory + "/ticket.db", clock: ManualClock()) { store in
            let ledger = SQLiteSeatLedger(store, queuesIntents: true)
            let file = open(directory + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for seller in 0..<16 {
                    group.addTask {
                        for number in stride(from: first + seller, to: first + 100_000, by: 16) {
                            let draft = Self.draft(number)
                            let outcome = try await ledger.open(
                                draft.intent, seatsPerBuyer: 4, now: draft.createdAt)
                            guard outcome == .opened(isQueued: true) else { exit(1) }
                            let line = Array("\(number)\n".utf8)
                            Glibc.write(file, line, line.count)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
