import JSON

/// All tables of the double, and what its calls have in common. It belongs to one loop, and every call is done
/// when it returns: that is what makes transactions isolated.
package final class DynamoStore {
    var tables: [Text: Table] = [:]
    var shelf = ExpressionShelf()
    var tokens = RequestTokens()
    /// Items that a transaction under way holds, for tests of conflicts.
    var heldItems = HeldItems()
    static let maxPageBytes = 1 << 20
    /// Where a page of a query or a scan ends.
    var pageBytes = maxPageBytes
    /// Counts, so that each has an id of its own.
    var createdTables = 0
    let clock: DoubleClock

    package init(clock: DoubleClock) { self.clock = clock }

    func table(_ name: Text?) throws(Refusal) -> Table {
        guard let name else {
            throw .validation(
                "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must "
                    + "not be null")
        }
        guard let table = tables[name] else {
            throw Refusal("ResourceNotFoundException", "Requested resource not found")
        }
        return table
    }

    func removeAll() {
        tables = [:]
        tokens = RequestTokens()
        heldItems = HeldItems()
    }

    /// Lets time to live do its work now, in all tables.
    func expireItems() -> Int {
        let nowMs = clock.nowMs
        return tables.values.reduce(0) { $0 + $1.expire(nowMs: nowMs) }
    }
}

/// The answer of one call about tables, and what it is billed.
package struct TableAnswer {
    package let body: [UInt8]
    package var use = CapacityUnits()
}
