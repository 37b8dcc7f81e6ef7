import JSON

/// A table as DescribeTable shows it.
enum TableDescription {
    static func write(_ table: Table, status: StaticString, to writer: inout JSONWriter) {
        let definition = table.definition
        writer.array("AttributeDefinitions") { writer in
            for attribute in definition.attributes {
                writer.object { writer in
                    writer.member("AttributeName", attribute.name.string)
                    writer.member("AttributeType", attribute.type)
                }
            }
        }
        writer.member("TableName", definition.name.string)
        keySchema(definition.partitionKey, definition.sortKey, to: &writer)
        writer.member("TableStatus", status)
        writer.member("CreationDateTime", Double(definition.createdAtMs) / 1_000)
        throughput(to: &writer)
        writer.member("TableSizeBytes", table.sizeBytes)
        writer.member("ItemCount", table.itemCount)
        writer.member("TableArn", definition.arn)
        writer.member("TableId", definition.id)
        if definition.isOnDemand {
            writer.object("BillingModeSummary") { writer in
                writer.member("BillingMode", "PAY_PER_REQUEST" as StaticString)
                writer.member("LastUpdateToPayPerRequestDateTime", Double(definition.createdAtMs) / 1_000)
            }
        }
        if !table.indexes.isEmpty {
            writer.array("GlobalSecondaryIndexes") { writer in
                for index in table.indexes { writer.object { write(index, definition, to: &$0) } }
            }
        }
        writer.member("DeletionProtectionEnabled", definition.isProtected)
    }

    private static func write(
        _ index: SecondaryIndex, _ table: TableDefinition, to writer: inout JSONWriter
    ) {
        let definition = index.definition
        writer.member("IndexName", definition.name.string)
        keySchema(definition.partitionKey, definition.sortKey, to: &writer)
        writer.object("Projection") { writer in
            writer.member("ProjectionType", definition.projected.name)
            if case .include(let names) = definition.projected {
                writer.array("NonKeyAttributes") { writer in
                    for name in names { writer.element(name.string) }
                }
            }
        }
        writer.member("IndexStatus", "ACTIVE" as StaticString)
        throughput(to: &writer)
        writer.member("IndexSizeBytes", 0)
        writer.member("ItemCount", index.itemCount)
        writer.member("IndexArn", "\(table.arn)/index/\(definition.name)")
    }

    private static func keySchema(
        _ partition: TableDefinition.Key, _ sort: TableDefinition.Key?, to writer: inout JSONWriter
    ) {
        writer.array("KeySchema") { writer in
            writer.object { writer in
                writer.member("AttributeName", partition.name.string)
                writer.member("KeyType", "HASH" as StaticString)
            }
            guard let sort else { return }
            writer.object { writer in
                writer.member("AttributeName", sort.name.string)
                writer.member("KeyType", "RANGE" as StaticString)
            }
        }
    }

    private static func throughput(to writer: inout JSONWriter) {
        writer.object("ProvisionedThroughput") { writer in
            writer.member("NumberOfDecreasesToday", 0)
            writer.member("ReadCapacityUnits", 0)
            writer.member("WriteCapacityUnits", 0)
        }
    }
}
