import AWSCalls
import JSON
import Ticketing

/// Failures and dead letters in the ledger's table.
///
/// A count that goes up cannot simply be sent again when its answer is lost. So each such write leaves the count it made
/// on the item, under a token of its own, and is refused where it finds that: its first try came through. One place for
/// the last token would not do, because another's write may come in between.
package struct DynamoDBDeadLetters: DeadLetters {
    private static let failuresKeptSeconds: Int64 = 30 * 86_400
    /// So many tokens an item keeps; then they are swept. Whoever is repeating a write at that very moment counts twice.
    private static let maxTokens = 50
    private static let tokenPrefix = "t."

    let table: TableCalls

    package init(table: String, calls: AWSCalls) {
        self.table = TableCalls(table: table, calls: calls)
    }

    // MARK: Failures

    package func record(_ failure: Failure) async throws(PortError) -> Int {
        let token = Self.tokenPrefix + table.newToken()
        let outcome = try await table.update(
            ItemKey.failures(failure.key), doing: "recording a failure of \(failure.key)"
        ) { writer in
            writer.member(
                "UpdateExpression",
                "SET #token = if_not_exists(fc, :zero) + :one, fc = if_not_exists(fc, :zero) + :one, re = :reason, purgeAfter = :purge ADD #kind :one"
                    as StaticString)
            writer.condition("attribute_not_exists(#token)")
            writer.object("ExpressionAttributeNames") { writer in
                writer.member("#token", token)
                writer.member("#kind", "k." + failure.kind.rawValue)
            }
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":reason", failure.reason)
                writer.number(":purge", failure.at.msSinceEpoch / 1000 + Self.failuresKeptSeconds)
                writer.number(":zero", 0)
                writer.number(":one", 1)
            }
        }
        switch outcome {
        case .updated(let item):
            await sweepTokens(of: item, ItemKey.failures(failure.key))
            return try item.count(token)
        case .conditionFailed(.some(let item)): return try item.count(token)
        case .conditionFailed(nil):
            throw PortError(.corrupt, "the failures of \(failure.key) were written and are not there")
        }
    }

    /// An item has an end, and so has an expression. When this comes to nothing, the next write does it.
    private func sweepTokens(of item: Item, _ partition: String, _ sort: String = ItemKey.alone) async {
        let tokens = item.numbers(after: Self.tokenPrefix).keys.sorted()
        guard tokens.count >= Self.maxTokens else { return }
        let swept = tokens.prefix(Self.maxTokens)
        _ = try? await table.update(partition, sort, doing: "sweeping tokens") { writer in
            let names = swept.indices.map { "#t\($0)" }
            writer.member("UpdateExpression", "REMOVE " + names.joined(separator: ", "))
            writer.condition("attribute_exists(pk)")
            writer.object("ExpressionAttributeNames") { writer in
                for (name, token) in zip(names, swept) {
                    writer.name(name)
                    writer.element(Self.tokenPrefix + token)
                }
            }
        }
    }

    package func failureCounts(of key: String) async throws(PortError) -> [FailureKind: Int] {
        guard let item = try await table.get(ItemKey.failures(key), doing: "reading the failures of \(key)")
        else { return [:] }
        var counts: [FailureKind: Int] = [:]
        for (name, count) in item.numbers(after: "k.") {
            guard let kind = FailureKind(rawValue: name) else { throw item.corrupt("has the kind `\(name)`") }
            counts[kind] = Int(count)
        }
        return counts
    }

    package func forgetFailures(of keys: [String]) async throws(PortError) {
        for key in keys {
            try await table.delete(ItemKey.failures(key), doing: "forgetting the failures of \(key)")
        }
    }

    // MARK: Letters

    package func bury(_ letter: DeadLetter) async throws(PortError) {
        let (form, text) = LetterItem.parts(of: letter.message)
        _ = try await table.update(
            ItemKey.letters(of: letter.key), letter.key, doing: "burying \(letter.key)"
        ) { writer in
            writer.member(
                "UpdateExpression",
                letter.event == nil
                    ? "SET kd = :kind, fm = :form, tx = :text, re = :reason, fc = :count, da = :died, rc = if_not_exists(rc, :redrives) REMOVE purgeAfter, ev"
                    : "SET kd = :kind, fm = :form, tx = :text, re = :reason, fc = :count, da = :died, rc = if_not_exists(rc, :redrives), ev = :event REMOVE purgeAfter"
                        as StaticString)
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":kind", letter.kind.rawValue)
                writer.word(":form", form)
                writer.string(":text", text)
                writer.string(":reason", letter.reason)
                writer.number(":count", letter.failureCount)
                writer.moment(":died", letter.diedAt)
                writer.number(":redrives", letter.redriveCount)
                if let event = letter.event { writer.string(":event", event.text) }
            }
        }
    }

    package func letter(_ key: String) async throws(PortError) -> DeadLetter? {
        let item = try await table.get(ItemKey.letters(of: key), key, doing: "reading the dead letter \(key)")
        guard let item, item.has("kd") else { return nil }
        return try LetterItem.letter(in: item)
    }

    // MARK: Redrives

    package func beginRedrive(of key: String) async throws(PortError) -> Int? {
        guard try await letter(key) != nil else { return nil }
        // Forgotten before it is counted: were it the other way round and this process died in between, the redriven
        // message would be dead again at its first failure.
        try await forgetFailures(of: [key])
        let token = Self.tokenPrefix + table.newToken()
        let outcome = try await table.update(
            ItemKey.letters(of: key), key, doing: "beginning a redrive of \(key)"
        ) { writer in
            writer.member("UpdateExpression", "SET #token = rc + :one, rc = rc + :one" as StaticString)
            writer.condition("attribute_exists(kd) AND attribute_not_exists(#token)")
            writer.object("ExpressionAttributeNames") { $0.member("#token", token) }
            writer.object("ExpressionAttributeValues") { $0.number(":one", 1) }
        }
        switch outcome {
        case .updated(let item):
            await sweepTokens(of: item, ItemKey.letters(of: key), key)
            return try item.count(token)
        case .conditionFailed(.some(let item)) where item.has(token): return try item.count(token)
        case .conditionFailed: return nil
        }
    }

    package func remove(_ key: String) async throws(PortError) -> Bool {
        let token = table.newToken()
        let now = table.calls.clock.now()
        let outcome = try await table.update(
            ItemKey.letters(of: key), key, doing: "removing the dead letter \(key)"
        ) { writer in
            writer.member(
                "UpdateExpression",
                "SET lt = :token, purgeAfter = :purge REMOVE kd, fm, tx, re, fc, da, ev" as StaticString)
            // There is a letter, and this very call has not come through before.
            writer.condition("attribute_exists(kd) AND (attribute_not_exists(lt) OR lt <> :token)")
            writer.object("ExpressionAttributeValues") { writer in
                writer.string(":token", token)
                writer.number(":purge", now.msSinceEpoch / 1000 + LetterItem.rememberedSeconds)
            }
        }
        switch outcome {
        case .updated: return true
        case .conditionFailed(.some(let item)): return try item.optionalText("lt") == token
        case .conditionFailed(nil): return false
        }
    }
}
