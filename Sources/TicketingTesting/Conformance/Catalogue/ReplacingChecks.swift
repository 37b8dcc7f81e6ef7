import Ticketing

extension CatalogueConformance {
    static let replacing: [Check] = [
        Check("the same listing again changes nothing") { subject in
            try await subject.imports(hall.listing, .added)
            try await subject.imports(hall.listing, .unchanged)
            try await subject.has(hall.listing)
        },
        Check("an event may change while its map stays, even when seats are sold") { subject in
            try await subject.imports(hall.listing, .added)
            try await subject.ledger.sells(IntentDraft("a", seats: ["A-1-1"]))
            let renamed = hall.listing(mapHash: hall.listing.map.hash, name: "Songs in April")
            try await subject.imports(renamed, .updated)
            try await subject.has(renamed)
        },
        Check("a map may change while no seat is taken, and its old seats are gone") { subject in
            try await subject.imports(hall.listing, .added)
            try await subject.imports(otherMap, .updated)
            try await subject.has(otherMap)
            try requireEqual(await subject.catalogue.events().count, 1, "the number of events")
        },
        Check("a map does not change while a seat is held, and everything stays as it was") { subject in
            try await subject.imports(hall.listing, .added)
            let intent = try await subject.ledger.opens(IntentDraft("a", seats: ["A-1-1", "B-1-1"]))
            let last = intent.holdExpiresAt.adding(ms: -1)
            try await subject.imports(otherMap, now: last, .refusedMapInUse(lockedSeats: 2))
            try await subject.has(hall.listing)
            try await subject.imports(otherMap, now: intent.holdExpiresAt, .updated)
        },
        Check("a map does not change while a seat is being sold or sold, however late it is") { subject in
            try await subject.imports(hall.listing, .added)
            let draft = IntentDraft("a", seats: ["A-1-1"])
            try await subject.ledger.opens(draft)
            try await subject.ledger.claims(draft.id)
            let late = start.adding(ms: SmallHall.holdMs * 100)
            try await subject.imports(otherMap, now: late, .refusedMapInUse(lockedSeats: 1))
            try await subject.ledger.settles(draft.id, as: .confirmed(draft.intent.prospectiveOrder))
            try await subject.imports(otherMap, now: late, .refusedMapInUse(lockedSeats: 1))
            try await subject.has(hall.listing)
        },
        Check("a map may change again once cancelled and declined seats are free") { subject in
            try await subject.imports(hall.listing, .added)
            _ = try await subject.ledger.ends(IntentDraft("a", seats: ["A-1-1"]), as: .cancelled)
            _ = try await subject.ledger.ends(IntentDraft("b", seats: ["A-1-2"]), as: .declined)
            try await subject.imports(otherMap, .updated)
        },
        Check("seats of another event do not keep a map from changing") { subject in
            let other = SmallHall(event: .named("other-hall"))
            try await subject.imports(hall.listing, .added)
            try await subject.imports(other.listing, .added)
            try await subject.ledger.sells(IntentDraft("a", seats: ["A-1-1"], in: other))
            try await subject.imports(otherMap, .updated)
            try await subject.has(other.listing)
        },
        Check("parallel imports of one new event leave one whole listing") { subject in
            let outcomes = try await inParallel(8) { number in
                try await subject.catalogue.importListing(
                    number % 2 == 0 ? hall.listing : otherMap, now: start)
            }
            try requireEqual(outcomes.count { $0 == .added }, 1, "the number added")
            let stored = try requireSome(await subject.catalogue.listing(hall.event), "listing")
            try require(stored == hall.listing || stored == otherMap, "the listing is neither of the two")
        },
    ]
}
