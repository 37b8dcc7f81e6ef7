/// What a query or scan reads: a table or one of its indexes.
enum QuerySource {
    case table
    case index(SecondaryIndex)

    func keys(_ table: Table) -> (partition: TableDefinition.Key, sort: TableDefinition.Key?) {
        switch self {
        case .table: (table.definition.partitionKey, table.definition.sortKey)
        case .index(let index): (index.definition.partitionKey, index.definition.sortKey)
        }
    }

    func run(_ partition: KeyValue, _ table: Table) -> ItemRun? { runs(table)[partition] }

    func runs(_ table: Table) -> [KeyValue: ItemRun] {
        switch self {
        case .table: table.runs
        case .index(let index): index.runs
        }
    }

    /// What of an item can be seen there.
    func visible(_ item: StoredItem, _ table: Table) -> AttributeMap {
        switch self {
        case .table: item.attributes
        case .index(let index): index.definition.projection(of: item.attributes, table: table.definition)
        }
    }

    /// The key with which the next page begins.
    func pageKey(of item: StoredItem, _ table: Table) -> AttributeMap {
        var key = item.key.attributes(in: table.definition)
        if case .index(let index) = self {
            for name in index.definition.keyNames { key[name] = item.attributes[name] }
        }
        return key
    }
}

extension ItemRun {
    /// The places whose sort keys are within a condition: in order, they lie side by side.
    func places(in range: KeyCondition.Range) -> Range<Int> {
        switch range {
        case .all: return 0..<entries.count
        case .compare(.equal, let value): return lowerBound(value)..<upperBound(value)
        case .compare(.less, let value): return 0..<lowerBound(value)
        case .compare(.lessOrEqual, let value): return 0..<upperBound(value)
        case .compare(.greater, let value): return upperBound(value)..<entries.count
        case .compare(.greaterOrEqual, let value): return lowerBound(value)..<entries.count
        case .compare(.notEqual, _): return 0..<0
        case .between(let lower, let upper):
            let start = lowerBound(lower)
            return start..<max(start, upperBound(upper))
        case .beginsWith(let prefix):
            let start = lowerBound(prefix)
            var end = start
            while end < entries.count, entries[end].sort?.begins(with: prefix) == true { end += 1 }
            return start..<end
        }
    }
}

extension KeyValue {
    func begins(with prefix: KeyValue) -> Bool {
        switch (self, prefix) {
        case (.string(let text), .string(let prefix)): text.starts(with: prefix)
        case (.binary(let bytes), .binary(let prefix)): bytes.starts(with: prefix)
        default: false
        }
    }
}
