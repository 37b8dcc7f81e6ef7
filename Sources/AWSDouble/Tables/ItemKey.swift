/// What tells one item of a table from the others.
struct ItemKey: Hashable, Sendable {
    let partition: KeyValue
    let sort: KeyValue?

    private static let maxPartitionBytes = 2_048
    private static let maxSortBytes = 1_024
}

extension TableDefinition {
    /// The key in an item; it may have any other attributes.
    func key(ofItem item: AttributeMap) throws(Refusal) -> ItemKey {
        try ItemKey(
            partition: keyValue(partitionKey, in: item),
            sort: sortKey.map { key throws(Refusal) in
                try keyValue(key, in: item)
            }, checkedFor: self)
    }

    /// The parameter `Key`: the key's attributes and nothing else.
    func key(from key: AttributeMap) throws(Refusal) -> ItemKey {
        let names = keyNames
        guard key.entries.count == names.count, names.allSatisfy({ key[$0] != nil }) else {
            throw .validation("The provided key element does not match the schema")
        }
        for part in [partitionKey] + (sortKey.map { [$0] } ?? []) where key[part.name]?.typeCode != part.type
        {
            throw .validation("The provided key element does not match the schema")
        }
        return try self.key(ofItem: key)
    }

    private func keyValue(_ key: Key, in item: AttributeMap) throws(Refusal) -> KeyValue {
        guard let value = item[key.name] else {
            throw .validation(
                "One or more parameter values were invalid: Missing the key \(key.name) in the item")
        }
        guard value.typeCode == key.type, let keyValue = KeyValue(value) else {
            throw .validation(
                "One or more parameter values were invalid: Type mismatch for key \(key.name) expected: "
                    + "\(key.type) actual: \(value.typeCode)")
        }
        guard !keyValue.isEmpty else { throw Self.emptyKey(key, "Key: \(key.name)") }
        return keyValue
    }

    static func emptyKey(_ key: Key, _ place: String) -> Refusal {
        .validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                + "an empty \(key.type == "S" ? "string" : "binary") value. \(place)")
    }

    /// Keys of the indexes must have the right type where an item has them.
    func checkIndexKeys(of item: AttributeMap) throws(Refusal) {
        for index in indexes {
            for key in [index.partitionKey] + (index.sortKey.map { [$0] } ?? []) {
                guard let value = item[key.name] else { continue }
                guard value.typeCode == key.type, let keyValue = KeyValue(value) else {
                    throw .validation(
                        "One or more parameter values were invalid: Type mismatch for Index Key \(key.name) "
                            + "Expected: \(key.type) Actual: \(value.typeCode) IndexName: \(index.name)")
                }
                guard !keyValue.isEmpty else {
                    throw .validation(
                        "One or more parameter values are not valid. A value specified for a secondary index "
                            + "key is not supported. The AttributeValue for a key attribute cannot contain an "
                            + "empty \(key.type == "S" ? "string" : "binary") value. IndexName: \(index.name), "
                            + "IndexKey: \(key.name)")
                }
            }
        }
    }
}

extension ItemKey {
    fileprivate init(
        partition: KeyValue, sort: KeyValue?, checkedFor definition: TableDefinition
    ) throws(Refusal) {
        guard partition.count <= Self.maxPartitionBytes else {
            throw .validation(
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
                    + "of2048 bytes")
        }
        guard (sort?.count ?? 0) <= Self.maxSortBytes else {
            throw .validation(
                "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the "
                    + "size limit of 1024 bytes")
        }
        self.init(partition: partition, sort: sort)
    }

    func attributes(in definition: TableDefinition) -> AttributeMap {
        var map = AttributeMap()
        map[definition.partitionKey.name] = partition.value
        if let name = definition.sortKey?.name, let sort { map[name] = sort.value }
        return map
    }
}
