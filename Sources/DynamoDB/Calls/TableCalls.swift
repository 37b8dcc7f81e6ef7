import AWSCalls
import JSON
import Ticketing

/// The operations on the one table, as far as they are used.
struct TableCalls: Sendable {
    let table: String
    let calls: AWSCalls

    // MARK: Writing

    /// `token` makes a repeated request the same one, for ten minutes.
    func transact(
        _ actions: [TransactAction], token: String, doing work: @autoclosure () -> String
    ) async throws(PortError) -> TransactOutcome {
        var writer = JSONWriter(capacity: 2048)
        writer.object { writer in
            writer.member("ClientRequestToken", token)
            writer.array("TransactItems") { writer in
                for action in actions { action.write(into: &writer, table: table) }
            }
        }
        let outcome: TransactOutcome
        do throws(AWSError) {
            outcome = try await calls.call(
                AWSRequest(.dynamoDB, "TransactWriteItems", body: writer.take()),
                refusal: { error throws(JSONError) in
                    guard error.type == "TransactionCanceledException" else { return nil }
                    return try TransactOutcome(cancelledBy: error.body, count: actions.count)
                },
                { reader throws(JSONError) in
                    try reader.skip()
                    return .done
                })
        } catch {
            throw PortError(error, doing: work())
        }
        if case .cancelled(let reasons) = outcome, let wrong = reasons.wrong {
            throw PortError(.rejected, "\(work()): \(wrong)")
        }
        return outcome
    }

    /// A token for a transaction that has none of its own.
    func newToken() -> String { calls.randomness.attempt(at: calls.clock.now()).text }

    func put(
        _ partition: String, _ sort: String, doing work: @autoclosure () -> String
    ) async throws(PortError) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("TableName", table)
            writer.object("Item") { writer in
                writer.string("pk", partition)
                writer.string("sk", sort)
            }
        }
        do throws(AWSError) {
            try await calls.call(AWSRequest(.dynamoDB, "PutItem", body: writer.take()))
        } catch {
            throw PortError(error, doing: work())
        }
    }

    func delete(
        _ partition: String, _ sort: String = ItemKey.alone, doing work: @autoclosure () -> String
    ) async throws(PortError) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("TableName", table)
            writer.key(partition, sort)
        }
        do throws(AWSError) {
            try await calls.call(AWSRequest(.dynamoDB, "DeleteItem", body: writer.take()))
        } catch {
            throw PortError(error, doing: work())
        }
    }

    enum UpdateOutcome: Sendable {
        /// The item as it is now.
        case updated(Item)
        /// The item as it was when the condition failed.
        case conditionFailed(Item?)
    }

    /// `write` adds the expressions.
    func update(
        _ partition: String, _ sort: String = ItemKey.alone, doing work: @autoclosure () -> String,
        _ write: (inout JSONWriter) -> Void
    ) async throws(PortError) -> UpdateOutcome {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("TableName", table)
            writer.key(partition, sort)
            writer.member("ReturnValues", "ALL_NEW" as StaticString)
            write(&writer)
        }
        do throws(AWSError) {
            return try await calls.call(
                AWSRequest(.dynamoDB, "UpdateItem", body: writer.take()),
                refusal: { error throws(JSONError) in
                    guard error.type == "ConditionalCheckFailedException" else { return nil }
                    return .conditionFailed(
                        try JSONReader.read(error.body, depthLimit: 32) { reader throws(JSONError) in
                            try Self.item("Item", &reader)
                        })
                },
                { reader throws(JSONError) in
                    // It was asked for: without it nobody knows what was written.
                    guard let item = try Self.item("Attributes", &reader) else {
                        throw reader.missingMember("Attributes")
                    }
                    return .updated(item)
                })
        } catch {
            throw PortError(error, doing: work())
        }
    }

    // MARK: Reading

    /// Strongly consistent.
    func get(
        _ partition: String, _ sort: String = ItemKey.alone, doing work: @autoclosure () -> String
    ) async throws(PortError) -> Item? {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("TableName", table)
            writer.member("ConsistentRead", true)
            writer.key(partition, sort)
        }
        do throws(AWSError) {
            return try await calls.call(AWSRequest(.dynamoDB, "GetItem", body: writer.take())) {
                reader throws(JSONError) in try Self.item("Item", &reader)
            }
        } catch {
            throw PortError(error, doing: work(), isRead: true)
        }
    }

    private static func item(
        _ member: StaticString, _ reader: inout JSONReader
    ) throws(JSONError) -> Item? {
        var item: Item?
        try reader.object { name, reader throws(JSONError) in
            guard name == member else { return try reader.skip() }
            if try !reader.takeNull() { item = try Item(&reader) }
        }
        return item
    }
}
