/// One table with its items and indexes. Every change goes through `replace`, which keeps them in step.
final class Table {
    var definition: TableDefinition
    let indexes: [SecondaryIndex]
    /// The attribute whose epoch seconds say when an item may go.
    var timeToLive: Text?
    private(set) var runs: [KeyValue: ItemRun] = [:]
    private(set) var itemCount = 0
    private(set) var sizeBytes = 0

    init(_ definition: TableDefinition) {
        self.definition = definition
        indexes = definition.indexes.map(SecondaryIndex.init)
    }

    func item(_ key: ItemKey) -> StoredItem? { runs[key.partition]?.item(sort: key.sort) }

    func index(named name: Text) -> SecondaryIndex? { indexes.first { $0.definition.name == name } }

    /// Puts `new` where `old` is, either of which may be nothing.
    func replace(_ old: StoredItem?, with new: StoredItem?) {
        if let old {
            for index in indexes { index.remove(old) }
            itemCount -= 1
            sizeBytes -= old.size
            if new == nil { forget(old) }
        }
        guard let new else { return }
        let run = runs[new.key.partition] ?? ItemRun()
        if run.isEmpty { runs[new.key.partition] = run }
        run.put(new, sort: new.key.sort)
        for index in indexes { index.add(new) }
        itemCount += 1
        sizeBytes += new.size
    }

    private func forget(_ item: StoredItem) {
        guard let run = runs[item.key.partition] else { return }
        run.remove(item, sort: item.key.sort)
        if run.isEmpty { runs[item.key.partition] = nil }
    }

    /// What a change costs, the indexes included.
    func writeUse(old: StoredItem?, new: StoredItem?) -> CapacityUse {
        var use = CapacityUse()
        use.table.writes = CapacityUnits.write(bytes: max(old?.size ?? 0, new?.size ?? 0))
        for index in indexes {
            let units = index.writeUnits(old: old, new: new, table: definition)
            guard units > 0 else { continue }
            use.add(CapacityUnits(writes: units), to: index.definition.name)
        }
        return use
    }

    /// Deletes what its time to live says, as DynamoDB does days later; gives how many items went.
    func expire(nowMs: Int64) -> Int {
        guard let timeToLive else { return 0 }
        let now = DecimalNumber(Int(nowMs / 1_000))
        // A time more than five years back is taken for a mistake and left alone.
        let oldest = DecimalNumber(Int(nowMs / 1_000) - 5 * 365 * 86_400)
        var ended: [StoredItem] = []
        for run in runs.values {
            for entry in run.entries {
                guard case .number(let time)? = entry.item.attributes[timeToLive], time < now, time > oldest
                else { continue }
                ended.append(entry.item)
            }
        }
        for item in ended { replace(item, with: nil) }
        return ended.count
    }
}
