import Ticketing

/// The pages of several shards on their way into one list by key. No I/O: it says of which shard more is needed.
struct LetterMerge {
    private struct Shard {
        /// The next one last.
        var waiting: [DeadLetter] = []
        var next: [UInt8]?
        var isAtEnd = false
    }

    private var shards: [Shard]
    private var taken: [DeadLetter] = []

    init(shards count: Int) {
        shards = Array(repeating: Shard(), count: count)
    }

    /// Those without which nobody knows which letter comes next, and where each goes on.
    var hungry: [(shard: Int, after: [UInt8]?)] {
        shards.enumerated().compactMap { place, shard in
            shard.waiting.isEmpty && !shard.isAtEnd ? (place, shard.next) : nil
        }
    }

    mutating func add(_ letters: [DeadLetter], next: [UInt8]?, to shard: Int) {
        shards[shard].waiting = letters.reversed()
        shards[shard].next = next
        shards[shard].isAtEnd = next == nil
    }

    /// As far as the order is certain, and `limit` of them at most.
    mutating func take(_ limit: Int) -> [DeadLetter] {
        while taken.count < limit, !shards.contains(where: { $0.waiting.isEmpty && !$0.isAtEnd }),
            let first = shards.indices.filter({ !shards[$0].waiting.isEmpty }).min(by: comesFirst)
        {
            taken.append(shards[first].waiting.removeLast())
        }
        return taken
    }

    /// By bytes, as the table sorts.
    private func comesFirst(_ one: Int, _ other: Int) -> Bool {
        let (one, other) = (shards[one].waiting, shards[other].waiting)
        return one[one.count - 1].key.utf8.lexicographicallyPrecedes(other[other.count - 1].key.utf8)
    }
}
