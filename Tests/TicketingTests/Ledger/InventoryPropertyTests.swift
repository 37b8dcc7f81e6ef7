import Testing
import Ticketing
import TicketingTesting

@Suite("A sale, whatever happens in it")
struct InventoryPropertyTests {
    /// Of four seeds, more than a million in all; letting time pass is none.
    private static let transitionsPerSeed = 260_000
    private static let stepsPerSale = 80

    @Test(
        "never contradicts itself: seats add up, owners exclude each other, final states stay",
        arguments: UInt64(0)..<4)
    func randomSales(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: 1000 + seed)
        let hall = SmallHall()
        let map = hall.listing.map
        var reached: Set<IntentState> = []
        var transitions = 0
        while transitions < Self.transitionsPerSeed {
            var sale = RandomSale(
                randomness: randomness, map: map, event: hall.event, prefix: "x", buyerCount: 4)
            var inventory = Inventory()
            var history = IntentHistory()
            var now = SmallHall.opensAt
            for _ in 0..<Self.stepsPerSale {
                let step = sale.nextStep(now: now)
                if try inventory.apply(step, now: &now) != .waited { transitions += 1 }
                try history.check(inventory)
                let locks = inventory.locks(of: hall.event)
                let census = SeatCensus(map: map, locks: locks, now: now)
                try #require(census.addsUp && census.strays.isEmpty, "after \(step): \(census)")
            }
            let audit = SaleAudit(
                map: map, locks: inventory.locks(of: hall.event), intents: inventory.allIntents, now: now)
            try #require(audit.violations == [])
            reached.formUnion(inventory.allIntents.map(\.state))
        }
        #expect(reached == Set(IntentState.allCases))
    }

    @Test("agrees with the audit after every single step", arguments: UInt64(0)..<2)
    func auditedSales(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: 2000 + seed)
        let hall = SmallHall()
        let map = hall.listing.map
        for _ in 0..<20 {
            var sale = RandomSale(
                randomness: randomness, map: map, event: hall.event, prefix: "y", buyerCount: 3)
            var inventory = Inventory()
            var now = SmallHall.opensAt
            for _ in 0..<150 {
                let step = sale.nextStep(now: now)
                try inventory.apply(step, now: &now)
                let audit = SaleAudit(
                    map: map, locks: inventory.locks(of: hall.event), intents: inventory.allIntents, now: now)
                try #require(audit.violations == [], "after \(step)")
                for buyer in Set(inventory.allIntents.map(\.buyer)) {
                    let tally = inventory.tally(of: buyer, event: hall.event)
                    let total = tally.entries.values.reduce(0) { $0 + $1.seatCount }
                    try #require(total <= RandomSale.seatsPerBuyer, "\(buyer) after \(step)")
                }
                for intent in inventory.allIntents {
                    let entry = inventory.tally(of: intent.buyer, event: intent.event).entries[intent.id]
                    try #require(Self.counts(intent, as: entry), "\(intent.id) after \(step)")
                }
            }
        }
    }

    /// Claimed and confirmed intents count for good, ended ones not at all, and a pending one until it is
    /// forgotten.
    private static func counts(_ intent: PaymentIntent, as entry: BuyerTally.Entry?) -> Bool {
        switch intent.state {
        case .claimed, .confirmed: entry?.duration == .permanent
        case .declined, .cancelled, .expired: entry == nil
        case .pending: entry == nil || entry?.duration == .until(intent.holdExpiresAt)
        }
    }
}
