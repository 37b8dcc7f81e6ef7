import Ticketing

extension SeatLedgerConformance {
    private static let seeds: [UInt64] = [11, 12, 13]
    private static let steps = 400

    static let randomSales: [Check] = seeds.map { seed in
        Check("a random sale goes as the inventory says, step by step (seed \(seed))") { ledger in
            let map = hall.listing.map
            var sale = RandomSale(
                randomness: SeededRandomness(seed: seed), map: map, event: hall.event, prefix: "r",
                buyerCount: 4)
            var inventory = Inventory()
            var now = start
            for number in 0..<steps {
                let step = sale.nextStep(now: now)
                let actual = try await ledger.apply(step, now: now)
                let expected = try inventory.apply(step, now: &now)
                try requireEqual(actual, expected, "step \(number), \(step),")
            }
            let locks = try await allLocks(ledger).filter { !$0.state.isFree(at: now) }
            let expected = inventory.locks(of: hall.event).filter { !$0.state.isFree(at: now) }
            try requireEqual(Set(locks), Set(expected), "the locks at the end")
            for intent in inventory.allIntents {
                try requireEqual(await ledger.intent(intent.id), intent, "an intent at the end")
            }
            let audit = SaleAudit(
                map: map, locks: try await allLocks(ledger), intents: inventory.allIntents, now: now)
            try requireEqual(audit.violations, [], "the audit")
        }
    }
}

extension SeatLedger {
    /// The step's outcome, without what an inventory cannot know: whether the ledger queued the message.
    func apply(_ step: SaleStep, now: Timestamp) async throws -> StepOutcome {
        switch step {
        case .open(let intent, let seatsPerBuyer):
            guard try await self.intent(intent.id) != nil || now < intent.holdExpiresAt else {
                return .waited
            }
            switch try await open(intent, seatsPerBuyer: seatsPerBuyer, now: now) {
            case .opened: return .open(.opened(isQueued: false))
            case .replayed(let stored, _): return .open(.replayed(stored, isQueued: false))
            case .keyReused: return .open(.keyReused)
            case .refused(let refusal): return .open(.refused(refusal))
            }
        case .claim(let id): return .claim(try await claim(id, now: now))
        case .settle(let id, let settlement):
            return .settle(try await settle(id, as: settlement, now: now))
        case .cancel(let id, let buyer): return .cancel(try await cancel(id, buyer: buyer, now: now))
        case .wait: return .waited
        }
    }
}
