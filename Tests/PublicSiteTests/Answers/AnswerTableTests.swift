import HTTP
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Answer table")
struct AnswerTableTests {
    private static func surroundings() -> Surroundings {
        let executor = ManualExecutor()
        return Surroundings(
            clock: ManualClock(), randomness: SeededRandomness(seed: 1), executor: executor,
            workshop: Workshop(executor: executor), settings: PublicSettings(),
            counts: PublicCounts(MetricsRegistry()), health: SourceHealth(),
            logger: Logger(service: "test", level: .error, sink: CapturingLogSink()))
    }

    private struct Shop {
        let surroundings = AnswerTableTests.surroundings()
        let table: AnswerTable
        let refresher: Refresher

        init(maxSlots: Int = 100, maxBytes: Int = 1_000) {
            table = AnswerTable(
                maxSlots: maxSlots, maxBytes: maxBytes, seed: 42, counts: surroundings.counts)
            refresher = Refresher("test", surroundings: surroundings)
        }

        @discardableResult
        func insert(_ target: String) -> AnswerSlot {
            let slot = AnswerSlot(
                Array(target.utf8), refresher: refresher,
                recipe: AnswerRecipe(body: { () throws(Problem) in [] }, encoded: { _, _ in nil }),
                surroundings: surroundings, table: table)
            table.insert(slot)
            return slot
        }

        func find(_ path: String, _ query: String? = nil) -> AnswerSlot? {
            Array(path.utf8).withUnsafeBytes { path in
                guard let query else { return table.slot(path, nil) }
                return Array(query.utf8).withUnsafeBytes { table.slot(path, $0) }
            }
        }
    }

    @Test("an answer is found by path and query together, and by nothing else")
    func found() {
        let shop = Shop()
        let slot = shop.insert("/public/events/demo/seats?section=A")
        let bare = shop.insert("/public/events/demo/seats")
        #expect(shop.find("/public/events/demo/seats", "section=A") === slot)
        #expect(shop.find("/public/events/demo/seats") === bare)
        #expect(shop.find("/public/events/demo/seats", "section=B") == nil)
        #expect(shop.find("/public/events/demo/seats", "") == nil)
        #expect(shop.find("/public/events/demo/seat", "s?section=A") == nil)
    }

    @Test("many answers are each found again, whatever comes and goes")
    func manyFound() {
        let chance = SeededRandomness(seed: 6)
        let shop = Shop(maxSlots: 300)
        var there: [String: AnswerSlot] = [:]
        for step in 0..<3_000 {
            if there.count == 300 || (chance.chance(40) && !there.isEmpty) {
                let target = chance.element(of: there.keys.sorted())
                shop.table.remove(there.removeValue(forKey: target)!)
                #expect(shop.find(target) == nil)
            } else {
                there["/t/\(step)"] = shop.insert("/t/\(step)")
            }
            #expect(shop.table.count == there.count)
        }
        #expect(there.allSatisfy { shop.find($0.key) === $0.value })
    }

    @Test("past its number, what was not asked for lately makes room")
    func boundedNumber() {
        let shop = Shop(maxSlots: 10)
        let slots = (0..<10).map { shop.insert("/t/\($0)") }
        for slot in slots { slot.wasUsed = false }
        slots[3].wasUsed = true
        for number in 10..<19 { shop.insert("/t/\(number)").wasUsed = false }
        #expect(shop.table.count == 10)
        #expect(shop.find("/t/3") === slots[3])
        #expect(shop.refresher.slots.count == 10)
        for number in 19..<100 { shop.insert("/t/\(number)") }
        #expect(shop.table.count == 10)
    }

    @Test("past its bytes too")
    func boundedBytes() {
        let shop = Shop(maxSlots: 100, maxBytes: 1_000)
        for number in 0..<50 {
            shop.insert("/t/\(number)")
            shop.table.slotGrew(by: 100)
        }
        // These slots have no bytes of their own to give back, so only one is left in the end.
        #expect(shop.table.count == 1)
    }
}
