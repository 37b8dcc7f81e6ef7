import AWSCalls
import JSON
import Ticketing

/// The table itself: made for tests and for trying things out. In AWS a template makes it.
package enum DynamoDBTable {
    private static let timeoutNs: UInt64 = 120_000_000_000

    /// Makes the table when it is not there, and waits until it can be used. Safe to call again.
    package static func create(_ table: String, calls: AWSCalls) async throws(PortError) {
        do throws(AWSError) {
            try await calls.call(AWSRequest(.dynamoDB, "CreateTable", body: creation(of: table)))
        } catch {
            guard error.type == "ResourceInUseException" else {
                throw PortError(error, doing: "creating table \(table)")
            }
        }
        let deadlineNs = calls.nowNs + timeoutNs
        while try await !isActive(table, calls) {
            guard calls.nowNs < deadlineNs else {
                throw PortError(.unavailable, "table \(table) did not become active")
            }
            await calls.pause(ms: 500)
        }
        try await sweep(table, calls)
    }

    private static func creation(of table: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.object { writer in
            writer.member("TableName", table)
            writer.member("BillingMode", "PAY_PER_REQUEST" as StaticString)
            writer.array("AttributeDefinitions") { writer in
                for name: StaticString in ["pk", "sk", "openShard", "openSince"] {
                    writer.object { writer in
                        writer.member("AttributeName", name)
                        writer.member("AttributeType", "S" as StaticString)
                    }
                }
            }
            keySchema("pk", "sk", into: &writer)
            writer.array("GlobalSecondaryIndexes") { writer in
                writer.object { writer in
                    writer.member("IndexName", ItemKey.openIndex)
                    keySchema("openShard", "openSince", into: &writer)
                    // Keys only: a claim then changes nothing in the index.
                    writer.object("Projection") {
                        $0.member("ProjectionType", "KEYS_ONLY" as StaticString)
                    }
                }
            }
        }
        return writer.take()
    }

    private static func keySchema(
        _ partition: StaticString, _ sort: StaticString, into writer: inout JSONWriter
    ) {
        writer.array("KeySchema") { writer in
            for (name, type): (StaticString, StaticString) in [(partition, "HASH"), (sort, "RANGE")] {
                writer.object { writer in
                    writer.member("AttributeName", name)
                    writer.member("KeyType", type)
                }
            }
        }
    }

    private static func isActive(_ table: String, _ calls: AWSCalls) async throws(PortError) -> Bool {
        var writer = JSONWriter()
        writer.object { $0.member("TableName", table) }
        do throws(AWSError) {
            return try await calls.call(AWSRequest(.dynamoDB, "DescribeTable", body: writer.take())) {
                reader throws(JSONError) in
                var isActive = false
                try reader.object { name, reader throws(JSONError) in
                    guard name == "Table" else { return try reader.skip() }
                    try reader.object { name, reader throws(JSONError) in
                        guard name == "TableStatus" else { return try reader.skip() }
                        isActive = try reader.text() == "ACTIVE"
                    }
                }
                return isActive
            }
        } catch {
            throw PortError(error, doing: "looking at table \(table)", isRead: true)
        }
    }

    /// Lets the service delete what is past its time. It says no when it has been told before.
    private static func sweep(_ table: String, _ calls: AWSCalls) async throws(PortError) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("TableName", table)
            writer.object("TimeToLiveSpecification") { writer in
                writer.member("AttributeName", "purgeAfter" as StaticString)
                writer.member("Enabled", true)
            }
        }
        do throws(AWSError) {
            try await calls.call(AWSRequest(.dynamoDB, "UpdateTimeToLive", body: writer.take()))
        } catch {
            guard error.type == "ValidationException" else {
                throw PortError(error, doing: "setting the time to live of table \(table)")
            }
        }
    }

    /// Deletes it with everything in it: for tests.
    package static func delete(_ table: String, calls: AWSCalls) async throws(PortError) {
        var writer = JSONWriter()
        writer.object { $0.member("TableName", table) }
        do throws(AWSError) {
            try await calls.call(AWSRequest(.dynamoDB, "DeleteTable", body: writer.take()))
        } catch {
            throw PortError(error, doing: "deleting table \(table)")
        }
    }
}
