import SQLiteStore
import Testing
import Ticketing
import TicketingTesting

@Suite("The tables of the dead letters")
struct DeadLetterTableTests {
    private func letter(_ key: String) -> DeadLetter {
        DeadLetter(
            key: key, message: .probe(key), event: nil, kind: .payment, reason: "no money", failureCount: 5,
            diedAt: SmallHall.opensAt, redriveCount: 0)
    }

    @Test("one letter is removed and its neighbours stay; its count of redrives outlives it")
    func removing() async throws {
        try await withStore { store, _ in
            let letters = SQLiteDeadLetters(store)
            for key in ["a", "b", "c"] { try await letters.bury(letter(key)) }
            _ = try await letters.beginRedrive(of: "b")
            let isRemoved = try await letters.remove("b")
            #expect(isRemoved)
            let left = try await letters.letters(.all, after: nil, limit: 9)
            #expect(left.map(\.key) == ["a", "c"])
            try await letters.bury(letter("b"))
            let count = try await letters.beginRedrive(of: "b")
            #expect(count == 2)
        }
    }
}
