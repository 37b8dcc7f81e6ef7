import AWSCalls
import JSON
import Ticketing

/// Lists: of locks by section, of sections, and of open intents by age.
extension DynamoDBLedger {
    /// 500,000 seats are about a hundred pages.
    private static var maxPages: Int { 1000 }
    private static var queriesAtOnce: Int { 16 }

    /// Eventually consistent, at half the price: for showing.
    package func locks(in section: SectionID, of event: EventID) async throws(PortError) -> [SeatLock] {
        let partition = ItemKey.seats(section, of: event)
        return try await all("reading the locks of section \(section) of \(event)") { writer in
            writer.member("KeyConditionExpression", "pk = :pk" as StaticString)
            writer.member("ProjectionExpression", "sk, st, ow, he, #order" as StaticString)
            writer.object("ExpressionAttributeNames") { $0.member("#order", "or" as StaticString) }
            writer.object("ExpressionAttributeValues") { $0.string(":pk", partition) }
        } _: { reader throws(JSONError) in
            try Self.lock(&reader, in: section)
        }
    }

    /// Each seat by itself: a batch would have to name them by two keys, and they are few.
    package func conflicts(
        at seats: [ChosenSeat], of event: EventID, now: Timestamp
    ) async throws(PortError) -> [SeatConflict] {
        let found = try await inGroups(seats) { seat throws(PortError) -> [SeatConflict] in
            let item = try await self.table.get(
                ItemKey.seats(seat.section, of: event), seat.id.text,
                doing: "reading seat \(seat.id) of \(event)")
            guard let item, let obstacle = try SeatItem.state(in: item).obstacle(at: now) else { return [] }
            return [SeatConflict(seat: seat.id, obstacle: obstacle)]
        }
        return seats.compactMap { seat in found.first { $0.seat == seat.id } }
    }

    package func lockedSections(of event: EventID) async throws(PortError) -> [SectionID] {
        let named = try await inGroups(Array(0..<Self.sectionShards)) {
            shard throws(PortError) -> [SectionID] in
            try await self.all("reading the sections of \(event)") { writer in
                writer.member("KeyConditionExpression", "pk = :pk" as StaticString)
                writer.object("ExpressionAttributeValues") {
                    $0.string(":pk", ItemKey.sections(of: event, shard: shard))
                }
            } _: { reader throws(JSONError) in
                let key = try Self.key("sk", &reader)
                guard let section = try? SectionID(key) else {
                    throw reader.invalidValue("must be a section's id")
                }
                return section
            }
        }
        let locked = try await inGroups(named) { section throws(PortError) -> [SectionID] in
            try await self.hasLock(section, of: event) ? [section] : []
        }
        return locked.sorted()
    }

    package func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [PaymentIntent] {
        guard limit > 0 else { return [] }
        var open: [PaymentIntent] = []
        var start = position
        // The index may still name intents that have ended since, so a page of it may come to less than asked for.
        while true {
            let from = start
            let keys = try await inGroups(Array(0..<shards)) { shard throws(PortError) -> [String] in
                try await self.oldestKeys(in: shard, before: moment, after: from, limit: limit)
            }
            let oldest = keys.sorted().prefix(limit)
            let items = try await table.getMany(
                oldest.map { "I#" + Self.id(inAge: $0) }, doing: "reading open intents")
            for item in items {
                let intent = try IntentItem.intent(in: item)
                if !intent.state.isFinal { open.append(intent) }
            }
            guard open.count < limit, oldest.count == limit, let last = oldest.last else { break }
            start = try Self.position(last)
        }
        return Array(open.sorted { $0.openPosition < $1.openPosition }.prefix(limit))
    }

    // MARK: Queries

    private func oldestKeys(
        in shard: Int, before moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [String] {
        // Between two keys, both included: neither is one that an intent has.
        let first = position.map { ItemKey.age($0) + "-" } ?? "0"
        let last = ItemKey.age(moment)
        guard first < last else { return [] }
        var found: [String] = []
        var next: [UInt8]?
        repeat {
            let page = try await table.query(after: next, doing: "reading the index of open intents") {
                writer in
                writer.member("IndexName", ItemKey.openIndex)
                writer.member(
                    "KeyConditionExpression",
                    "openShard = :shard AND openSince BETWEEN :first AND :last" as StaticString)
                writer.member("Limit", limit - found.count)
                writer.object("ExpressionAttributeValues") { writer in
                    writer.string(":shard", ItemKey.open(shard: shard))
                    writer.string(":first", first)
                    writer.string(":last", last)
                }
            } _: { reader throws(JSONError) in
                try Self.key("openSince", &reader)
            }
            found += page.elements
            next = page.next
        } while found.count < limit && next != nil
        return found
    }

    private func hasLock(_ section: SectionID, of event: EventID) async throws(PortError) -> Bool {
        let page = try await table.query(after: nil, doing: "looking for a lock in section \(section)") {
            writer in
            writer.member("KeyConditionExpression", "pk = :pk" as StaticString)
            writer.member("Limit", 1)
            writer.member("Select", "COUNT" as StaticString)
            writer.object("ExpressionAttributeValues") {
                $0.string(":pk", ItemKey.seats(section, of: event))
            }
        } _: { _ throws(JSONError) -> Never? in
            nil
        }
        return page.count > 0
    }

    private func all<Element: Sendable>(
        _ work: @autoclosure () -> String, _ write: (inout JSONWriter) -> Void,
        _ read: @escaping @Sendable (inout JSONReader) throws(JSONError) -> Element?
    ) async throws(PortError) -> [Element] {
        var elements: [Element] = []
        var next: [UInt8]?
        for _ in 0..<Self.maxPages {
            let page = try await table.query(after: next, doing: work(), write, read)
            elements += page.elements
            guard let following = page.next else { return elements }
            next = following
        }
        throw PortError(.corrupt, "\(work()): more than \(Self.maxPages) pages")
    }

    /// Some at a time, and the results in one list, in no order.
    private func inGroups<Element: Sendable, Found: Sendable>(
        _ elements: [Element],
        _ find: @escaping @Sendable (Element) async throws(PortError) -> [Found]
    ) async throws(PortError) -> [Found] {
        let result: Result<[Found], PortError> = await withTaskGroup(of: Result<[Found], PortError>.self) {
            group in
            var waiting = elements[...]
            func begin() {
                guard let element = waiting.popFirst() else { return }
                group.addTask {
                    do throws(PortError) {
                        return .success(try await find(element))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            for _ in 0..<Self.queriesAtOnce { begin() }
            var found: [Found] = []
            for await result in group {
                switch result {
                case .success(let more): found += more
                case .failure: return result
                }
                begin()
            }
            return .success(found)
        }
        return try result.get()
    }

    // MARK: Reading items

    private static func key(_ wanted: StaticString, _ reader: inout JSONReader) throws(JSONError) -> String {
        var key: String?
        try reader.object { name, reader throws(JSONError) in
            guard name == wanted else { return try reader.skip() }
            try reader.object { type, reader throws(JSONError) in
                if type == "S" { key = try reader.string() } else { try reader.skip() }
            }
        }
        guard let key else { throw reader.missingMember(wanted) }
        return key
    }

    private static func lock(
        _ reader: inout JSONReader, in section: SectionID
    ) throws(JSONError) -> SeatLock {
        var seat = ""
        var state = ""
        var owner = ""
        var order: String?
        var expiresAt: Timestamp?
        try reader.object { name, reader throws(JSONError) in
            try reader.object { type, reader throws(JSONError) in
                switch name {
                case "sk": seat = try reader.string()
                case "st": state = try reader.string()
                case "ow": owner = try reader.string()
                case "or": order = try reader.string()
                case "he": expiresAt = Timestamp(msSinceEpoch: try Item.number(&reader))
                default: try reader.skip()
                }
            }
        }
        do throws(InvalidValue) {
            return SeatLock(
                seat: try SeatID(seat), section: section,
                state: try SeatItem.state(state, owner: owner, expiresAt: expiresAt, order: order))
        } catch {
            throw reader.invalidValue("must be a seat's lock: \(error)")
        }
    }

    private static func id(inAge key: String) -> String { String(key.drop { $0 != "#" }.dropFirst()) }

    private static func position(_ key: String) throws(PortError) -> OpenIntentPosition {
        guard let offset = Int64(key.prefix { $0 != "#" }), let id = try? IntentID(id(inAge: key)) else {
            throw PortError(.corrupt, "the index of open intents has the key `\(key)`")
        }
        return OpenIntentPosition(createdAt: Timestamp.earliest.adding(ms: offset), id: id)
    }
}
