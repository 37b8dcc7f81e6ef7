import JSON
import Ticketing

/// Letters of all shards, read side by side and put into one order.
extension DynamoDBDeadLetters {
    /// So many pages of one shard are read for one list or one count.
    private static let maxPages = 1000
    private static let maxPageItems = 1000

    private struct Wish: Sendable {
        let shard: Int
        let after: [UInt8]?
    }

    private typealias Page = Result<QueryPage<DeadLetter>, PortError>

    package func letters(
        _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) async throws(PortError) -> [DeadLetter] {
        guard limit > 0 else { return [] }
        var merge = LetterMerge(shards: ItemKey.letterShards)
        // The hash spreads them evenly: as a rule half as much again as its share is all that is needed of a shard. Where
        // it is not, a filter or what removed letters left behind stands in the way, and the pages are as large as can be.
        var pageItems = min(limit, limit * 3 / (2 * ItemKey.letterShards) + 8)
        for _ in 0..<Self.maxPages {
            let letters = merge.take(limit)
            let hungry = merge.hungry
            guard letters.count < limit, !hungry.isEmpty else { return letters }
            let items = min(pageItems, Self.maxPageItems)
            let pages = await SideBySide.results(of: hungry.map { Wish(shard: $0.shard, after: $0.after) }) {
                wish async throws(PortError) in
                try await page(wish, filter, after: key, limit: items)
            }
            for (wish, page) in zip(hungry, pages) {
                let page = try page.get()
                merge.add(page.elements, next: page.next, to: wish.shard)
            }
            pageItems = Self.maxPageItems
        }
        throw PortError(.failed, "listing dead letters: no end after \(Self.maxPages) pages")
    }

    package func letterCount() async throws(PortError) -> Int {
        let counts = await SideBySide.results(of: 0..<ItemKey.letterShards) { shard async throws(PortError) in
            try await count(ofShard: shard)
        }
        var total = 0
        for count in counts { total += try count.get() }
        return total
    }

    private func count(ofShard shard: Int) async throws(PortError) -> Int {
        var count = 0
        var next: [UInt8]?
        for _ in 0..<Self.maxPages {
            let page = try await table.query(after: next, doing: "counting dead letters") { writer in
                Self.writeQuery(.all, shard: shard, after: nil, limit: nil, into: &writer)
                writer.member("Select", "COUNT" as StaticString)
            } _: { _ throws(JSONError) -> Never? in
                nil
            }
            count += page.count
            guard let following = page.next else { return count }
            next = following
        }
        throw PortError(.failed, "counting dead letters: no end after \(Self.maxPages) pages")
    }

    private func page(
        _ wish: Wish, _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) async throws(PortError) -> QueryPage<DeadLetter> {
        let page = try await table.query(after: wish.after, doing: "listing dead letters") { writer in
            Self.writeQuery(filter, shard: wish.shard, after: key, limit: limit, into: &writer)
        } _: { reader throws(JSONError) in
            try Item(&reader)
        }
        var letters = QueryPage<DeadLetter>(count: page.count, next: page.next)
        for item in page.elements { letters.elements.append(try LetterItem.letter(in: item)) }
        return letters
    }

    private static func writeQuery(
        _ filter: DeadLetterFilter, shard: Int, after key: String?, limit: Int?, into writer: inout JSONWriter
    ) {
        // An operator looks at what was done a moment ago.
        writer.member("ConsistentRead", true)
        writer.member(
            "KeyConditionExpression", key == nil ? "pk = :pk" : "pk = :pk AND sk > :after" as StaticString)
        var conditions = "attribute_exists(kd)"
        if filter.event != nil { conditions += " AND ev = :event" }
        if filter.kind != nil { conditions += " AND kd = :kind" }
        writer.member("FilterExpression", conditions)
        if let limit { writer.member("Limit", limit) }
        writer.object("ExpressionAttributeValues") { writer in
            writer.string(":pk", ItemKey.letters(shard: shard))
            if let key { writer.string(":after", key) }
            if let event = filter.event { writer.string(":event", event.text) }
            if let kind = filter.kind { writer.string(":kind", kind.rawValue) }
        }
    }
}
