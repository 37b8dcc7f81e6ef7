/// A global secondary index: the items that have its keys, and no others.
final class SecondaryIndex {
    let definition: TableDefinition.Index
    private(set) var runs: [KeyValue: ItemRun] = [:]
    private(set) var itemCount = 0

    init(_ definition: TableDefinition.Index) { self.definition = definition }

    func add(_ item: StoredItem) {
        guard let (partition, sort) = keys(of: item) else { return }
        let run = runs[partition] ?? ItemRun()
        if run.isEmpty { runs[partition] = run }
        run.put(item, sort: sort)
        itemCount += 1
    }

    func remove(_ item: StoredItem) {
        guard let (partition, sort) = keys(of: item), let run = runs[partition] else { return }
        run.remove(item, sort: sort)
        itemCount -= 1
        if run.isEmpty { runs[partition] = nil }
    }

    private func keys(of item: StoredItem) -> (KeyValue, KeyValue?)? {
        guard let partition = item.attributes[definition.partitionKey.name].flatMap({ KeyValue($0) }) else {
            return nil
        }
        guard let sortKey = definition.sortKey else { return (partition, nil) }
        guard let sort = item.attributes[sortKey.name].flatMap({ KeyValue($0) }) else { return nil }
        return (partition, sort)
    }

    /// Write units for the change of one item: an entry that moves is deleted and written anew.
    func writeUnits(old: StoredItem?, new: StoredItem?, table: TableDefinition) -> Int {
        let before = old.flatMap { entry(for: $0, table) }
        let after = new.flatMap { entry(for: $0, table) }
        switch (before, after) {
        case (nil, nil): return 0
        case (nil, let entry?), (let entry?, nil): return CapacityUnits.write(bytes: entry.attributes.size)
        case (let before?, let after?):
            guard before.keys == after.keys else {
                return CapacityUnits.write(bytes: before.attributes.size)
                    + CapacityUnits.write(bytes: after.attributes.size)
            }
            guard before.attributes != after.attributes else { return 0 }
            return CapacityUnits.write(bytes: max(before.attributes.size, after.attributes.size))
        }
    }

    private func entry(
        for item: StoredItem, _ table: TableDefinition
    ) -> (keys: [KeyValue?], attributes: AttributeMap)? {
        guard let (partition, sort) = keys(of: item) else { return nil }
        return ([partition, sort], definition.projection(of: item.attributes, table: table))
    }
}
