import JSON
import Ticketing

/// A buyer's tally of an event as an item: a map from intents to `seats@end`, or to `seats` alone once it is for good.
/// A map, so that one entry can be changed in a transaction that has not read the others.
enum TallyItem {
    static func write(
        _ tally: BuyerTally, of buyer: BuyerID, event: EventID, into writer: inout JSONWriter
    ) {
        writer.object("Item") { writer in
            writer.string("pk", ItemKey.tally(buyer, of: event))
            writer.string("sk", ItemKey.alone)
            writer.number("vs", Int64(truncatingIfNeeded: tally.version))
            writer.object("es") { writer in
                writer.object("M") { writer in
                    for (id, entry) in tally.entries {
                        writer.name(id.text)
                        writer.object { $0.member("S", text(entry)) }
                    }
                }
            }
            if let end = lastEnd(tally) {
                writer.number("purgeAfter", end.msSinceEpoch / 1000 + IntentItem.keptSeconds)
            }
        }
    }

    static func text(_ entry: BuyerTally.Entry) -> String {
        switch entry.duration {
        case .permanent: String(entry.seatCount)
        case .until(let end): "\(entry.seatCount)@\(end.msSinceEpoch)"
        }
    }

    /// Nil when an entry is for good.
    private static func lastEnd(_ tally: BuyerTally) -> Timestamp? {
        var last = Timestamp.earliest
        for entry in tally.entries.values {
            guard case .until(let end) = entry.duration else { return nil }
            last = max(last, end)
        }
        return last
    }

    static func tally(in item: Item) throws(PortError) -> BuyerTally {
        var entries: [IntentID: BuyerTally.Entry] = [:]
        for (id, text) in try item.texts("es") {
            let parts = text.split(separator: "@")
            guard let first = parts.first, let seatCount = Int(first), seatCount > 0, parts.count <= 2 else {
                throw item.corrupt("has the entry `\(text)`")
            }
            var duration = BuyerTally.Duration.permanent
            if parts.count == 2 {
                guard let ms = Int64(parts[1]) else { throw item.corrupt("has the entry `\(text)`") }
                duration = .until(Timestamp(msSinceEpoch: ms))
            }
            let intent = try item.valid { () throws(InvalidValue) in try IntentID(id) }
            entries[intent] = BuyerTally.Entry(seatCount: seatCount, duration: duration)
        }
        return BuyerTally(entries: entries, version: UInt64(try item.count("vs")))
    }
}
