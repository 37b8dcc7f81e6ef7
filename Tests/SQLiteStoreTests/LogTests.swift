import Testing
import Ticketing
import TicketingTesting

@testable import SQLiteStore

@Suite("The store's log")
struct LogTests {
    private func sell(_ count: Int, to store: SQLiteStore, now: Timestamp) async throws {
        let ledger = SQLiteSeatLedger(store, queuesIntents: true)
        for number in 0..<count {
            let letters = Base32.encode([UInt8(number >> 8), UInt8(number & 255)])
            let draft = IntentDraft("a", buyer: "buyer\(letters)", seats: ["A-9-\(number)"])
            _ = try await ledger.open(draft.intent, seatsPerBuyer: 4, now: now)
        }
    }

    @Test("begins anew while sales go on, so it stays a small multiple of what starts a checkpoint")
    func staysShort() async throws {
        var settings = StoreSettings.forTests
        settings.checkpointPages = 20
        settings.maxLogPages = 100
        try await withStore(settings: settings) { store, clock in
            try await sell(1_500, to: store, now: clock.now())
            let statistics = store.statistics
            #expect(statistics.loggedPages > 5_000)
            #expect(statistics.longestLogPages < 1_500)
            let locks = try await SQLiteSeatLedger(store, queuesIntents: true)
                .locks(in: .named("A"), of: SmallHall().event)
            #expect(locks.count == 1_500)
        }
    }

    @Test("a reader that holds an old moment delays it and loses nothing")
    func slowReader() async throws {
        var settings = StoreSettings.forTests
        settings.checkpointPages = 20
        settings.maxLogPages = 50
        try await withStore(settings: settings) { store, clock in
            try await sell(5, to: store, now: clock.now())
            let reader = try RawDatabase(store.path)
            try reader.run("BEGIN")
            #expect(try reader.number("SELECT count(*) FROM intents") == 5)
            try await sell(300, to: store, now: clock.now())
            #expect(try reader.number("SELECT count(*) FROM intents") == 5)
            try reader.run("COMMIT")
            #expect(try reader.number("SELECT count(*) FROM intents") == 300)
        }
    }
}
