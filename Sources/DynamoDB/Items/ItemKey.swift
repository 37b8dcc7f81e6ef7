import Ticketing

/// Where each kind of item stands. `#` parts a key: no id may contain it.
enum ItemKey {
    /// The sort key of items that are alone under their partition key.
    static let alone = "-"
    static let openIndex: StaticString = "open"

    static func intent(_ id: IntentID) -> String { "I#" + id.text }

    /// A partition takes 1,000 writes a second: sections spread a hot event.
    static func seats(_ section: SectionID, of event: EventID) -> String {
        "E#\(event.text)#S#\(section.text)"
    }

    static func tally(_ buyer: BuyerID, of event: EventID) -> String { "B#\(event.text)#\(buyer.text)" }

    /// Names of the sections that have ever had a lock. Every process writes each of them once, most of them in the
    /// first second of a sale, so they too are spread.
    static func sections(of event: EventID, shard: Int) -> String { "E#\(event.text)#N#\(shard)" }

    static func open(shard: Int) -> String { "O#\(shard)" }

    static func failures(_ key: String) -> String { "F#" + key }

    /// Every letter is written twice on its way back to work, and operators redrive thousands at once: under one key
    /// that would be 500 a second. Never another number, since a letter is looked for where its key says.
    static let letterShards = 8
    static func letters(shard: Int) -> String { "L#\(shard)" }
    static func letters(of key: String) -> String { letters(shard: shard(of: key, among: letterShards)) }

    /// The same text has the same shard in every process and in every release.
    static func shard(of text: String, among count: Int) -> Int {
        let hash = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return Int(hash % UInt32(count))
    }

    private static let ageDigits = 15

    /// Sorts as the positions do: by age, then by id.
    static func age(_ position: OpenIntentPosition) -> String { age(position.createdAt) + position.id.text }

    /// Before every id of this moment, and after all earlier ones.
    static func age(_ moment: Timestamp) -> String {
        let digits = String(moment.msSinceEpoch - Timestamp.earliest.msSinceEpoch)
        return String(repeating: "0", count: max(0, ageDigits - digits.utf8.count)) + digits + "#"
    }
}
