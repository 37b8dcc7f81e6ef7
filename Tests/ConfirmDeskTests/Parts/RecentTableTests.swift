import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@Suite("A table of recent things", .timeLimit(.minutes(1)))
struct RecentTableTests {
    private let start = SmallHall.opensAt

    @Test("keeps an entry for its lifetime and forgets it within two")
    func lifetime() {
        var table = RecentTable<String, Int>(lifetimeMs: 100, capacity: 100)
        table.set(1, for: "a", now: start)
        table.set(2, for: "b", now: start.adding(ms: 100))
        #expect(table["a"] == 1)
        table.set(3, for: "c", now: start.adding(ms: 200))
        #expect(table["a"] == nil)
        #expect(table["b"] == 2)
    }

    @Test("keeps what is written again and again")
    func touched() {
        var table = RecentTable<String, Int>(lifetimeMs: 100, capacity: 100)
        for step in 0..<50 { table.set(step, for: "a", now: start.adding(ms: Int64(step) * 40)) }
        #expect(table["a"] == 49)
    }

    @Test("never holds more than its capacity, and the latest are among what it holds")
    func capacity() {
        var table = RecentTable<Int, Int>(lifetimeMs: 1_000_000, capacity: 100)
        for key in 0..<10_000 {
            table.set(key, for: key, now: start)
            #expect(table.count <= 100)
            #expect(table[key] == key)
        }
        for key in 9_951..<10_000 { #expect(table[key] == key) }
    }

    @Test("forgets what is removed, however old")
    func remove() {
        var table = RecentTable<String, Int>(lifetimeMs: 100, capacity: 100)
        table.set(1, for: "a", now: start)
        table.set(2, for: "b", now: start.adding(ms: 100))
        table.remove("a")
        table.remove("b")
        #expect(table["a"] == nil)
        #expect(table["b"] == nil)
    }

    @Test("goes on forgetting when the clock is set back")
    func clockSetBack() {
        var table = RecentTable<String, Int>(lifetimeMs: 100, capacity: 100)
        table.set(1, for: "a", now: start)
        let hourAgo = start.adding(seconds: -3_600)
        table.set(2, for: "b", now: hourAgo)
        table.set(3, for: "c", now: hourAgo.adding(ms: 100))
        #expect(table["a"] == nil)
        #expect(table["b"] == 2)
    }
}
