/// From the parameters of CreateTable to a definition that fits together.
extension TableRequest {
    private static let maxIndexes = 20

    func definition(createdAtMs: Int64, id: String) throws(Refusal) -> TableDefinition {
        guard let tableName else { throw DynamoStore.missing("tableName") }
        guard Self.isName(tableName) else {
            throw .validation(
                "TableName must be at least 3 characters long and at most 255 characters long, and match "
                    + "[a-zA-Z0-9_.-]+")
        }
        let (partition, sort) = try keyPair(keys, of: "KeySchema")
        var definitions: [TableDefinition.Index] = []
        for index in indexes { definitions.append(try self.index(index, besides: definitions)) }
        guard definitions.count <= Self.maxIndexes else {
            throw .validation(
                "One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit "
                    + "of 20")
        }
        let used = Set(
            [partition.name] + (sort.map { [$0.name] } ?? []) + definitions.flatMap(\.keyNames))
        guard used == Set(attributes.map(\.name)), attributes.count == used.count else {
            throw .validation(
                "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly "
                    + "match number of attributes defined in AttributeDefinitions")
        }
        let isOnDemand = billingMode == "PAY_PER_REQUEST"
        if isOnDemand, hasThroughput {
            throw .validation(
                "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can "
                    + "be specified when BillingMode is PAY_PER_REQUEST")
        }
        if !isOnDemand, !hasThroughput {
            throw .validation(
                "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be "
                    + "specified when BillingMode is PROVISIONED")
        }
        return TableDefinition(
            name: tableName, partitionKey: partition, sortKey: sort, indexes: definitions,
            attributes: attributes, isOnDemand: isOnDemand, isProtected: isProtected,
            createdAtMs: createdAtMs, id: id)
    }

    private static func isName(_ name: Text) -> Bool {
        3...255 ~= name.count
            && name.string.utf8.allSatisfy {
                48...57 ~= $0 || 97...122 ~= $0 | 0x20 || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "-")
            }
    }

    private func keyPair(
        _ keys: [(name: Text, role: String)], of place: String
    ) throws(Refusal) -> (TableDefinition.Key, TableDefinition.Key?) {
        guard 1...2 ~= keys.count, keys[0].role == "HASH", keys.count == 1 || keys[1].role == "RANGE" else {
            throw .validation(
                "One or more parameter values were invalid: \(place) must be a HASH key and at most one RANGE key, "
                    + "in this order")
        }
        guard keys.count == 1 || keys[0].name != keys[1].name else {
            throw .validation(
                "Both the Hash Key and the Range Key element in the KeySchema have the same name")
        }
        let partition = try key(keys[0].name)
        return (partition, keys.count == 1 ? nil : try key(keys[1].name))
    }

    private func key(_ name: Text) throws(Refusal) -> TableDefinition.Key {
        guard let key = attributes.first(where: { $0.name == name }) else {
            throw .validation(
                "One or more parameter values were invalid: Some index key attributes are not defined in "
                    + "AttributeDefinitions. Keys: [\(name)], AttributeDefinitions: "
                    + "[\(attributes.map(\.name.string).joined(separator: ", "))]")
        }
        return key
    }

    private func index(
        _ request: IndexRequest, besides others: [TableDefinition.Index]
    ) throws(Refusal) -> TableDefinition.Index {
        guard let name = request.name, Self.isName(name) else {
            throw DynamoStore.missing("globalSecondaryIndexes.1.member.indexName")
        }
        guard !others.contains(where: { $0.name == name }) else {
            throw .validation(
                "One or more parameter values were invalid: Duplicate index name: \(name)")
        }
        let (partition, sort) = try keyPair(request.keys, of: "KeySchema")
        let projected: TableDefinition.Index.Projected
        switch request.projectionType {
        case "ALL", "KEYS_ONLY":
            guard request.nonKeyAttributes.isEmpty else {
                throw .validation(
                    "One or more parameter values were invalid: ProjectionType is \(request.projectionType!), but "
                        + "NonKeyAttributes is specified")
            }
            projected = request.projectionType == "ALL" ? .all : .keysOnly
        case "INCLUDE":
            guard !request.nonKeyAttributes.isEmpty else {
                throw .validation(
                    "One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is "
                        + "not specified")
            }
            projected = .include(request.nonKeyAttributes)
        default:
            throw .validation(
                "One or more parameter values were invalid: Unknown ProjectionType: "
                    + (request.projectionType ?? "null"))
        }
        return TableDefinition.Index(name: name, partitionKey: partition, sortKey: sort, projected: projected)
    }
}
