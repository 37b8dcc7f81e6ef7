import Bootstrap
import Testing
import Ticketing
import TicketingTesting

/// Which ports share a file, and what follows from it.
@Suite("Stores")
struct StoresTests {
    private let data = ScratchDirectory()

    private func stores(_ arguments: [String]) throws -> Stores {
        let request = try CommandLineRequest.read(
            .allInOne, arguments: arguments + ["--data", data.path], environment: [:], cores: 1)
        guard case .run(let configuration) = request else { throw ExpectedARun() }
        return try Stores(configuration.stores)
    }

    private struct ExpectedARun: Error {}

    @Test(
        "an intent is queued in its own commit when ledger and queue are one file, however its name is written"
    )
    func oneFile() async throws {
        let stores = try stores([
            "--queue", "sqlite:\(data.path)/../\(data.path.split(separator: "/").last!)/ticket.db",
        ])
        defer { stores.close() }
        let outcome = try await open(in: stores)
        #expect(outcome == .opened(isQueued: true))
        #expect(try await stores.queue.stats().visible == 1)
    }

    @Test("an intent waits for its sender when the queue has a file of its own")
    func twoFiles() async throws {
        let stores = try stores(["--queue", "sqlite:\(data.path)/queue.db"])
        defer { stores.close() }
        let outcome = try await open(in: stores)
        #expect(outcome == .opened(isQueued: false))
        #expect(try await stores.queue.stats().visible == 0)
    }

    private func open(in stores: Stores) async throws -> OpenOutcome {
        let draft = IntentDraft("key", seats: ["A-1-1"])
        return try await stores.ledger.open(draft.intent, seatsPerBuyer: 6, now: draft.createdAt)
    }

    @Test("a store that cannot be opened closes those that were")
    func badSecondFile() throws {
        let file = data.write("no database, but long enough to be looked at as one", to: "queue.db")
        #expect(throws: PortError.self) { try stores(["--queue", "sqlite:\(file)"]) }
        let again = try stores([])
        again.close()
    }
}
