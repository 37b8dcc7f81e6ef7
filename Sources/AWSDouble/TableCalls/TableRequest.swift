import JSON

/// The parameters of the calls that make and describe tables.
struct TableRequest {
    struct IndexRequest {
        var name: Text?
        var keys: [(name: Text, role: String)] = []
        var projectionType: String?
        var nonKeyAttributes: [Text] = []
    }

    var tableName: Text?
    var attributes: [TableDefinition.Key] = []
    var keys: [(name: Text, role: String)] = []
    var indexes: [IndexRequest] = []
    var billingMode: String?
    var hasThroughput = false
    var isProtected = false
    var timeToLive: (attribute: Text?, isEnabled: Bool?)?
    var limit: Int?
    var startName: Text?

    static func parse(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableRequest {
        var request = TableRequest()
        try RequestDocument.read(body) { name, reader throws(JSONError) in try request.read(name, &reader) }
        return request
    }

    private mutating func read(_ name: JSONText, _ reader: inout JSONReader) throws(JSONError) {
        switch name {
        case "TableName": tableName = Text(try ItemRequest.tableName(&reader))
        case "AttributeDefinitions":
            try reader.array { reader throws(JSONError) in
                attributes.append(try Self.attribute(&reader))
            }
        case "KeySchema": keys = try Self.keySchema(&reader)
        case "GlobalSecondaryIndexes":
            try reader.array { reader throws(JSONError) in indexes.append(try Self.index(&reader)) }
        case "LocalSecondaryIndexes":
            throw reader.invalidValue("aws-double does not support LocalSecondaryIndexes")
        case "BillingMode": billingMode = try reader.string()
        case "ProvisionedThroughput":
            hasThroughput = true
            try reader.skip()
        case "DeletionProtectionEnabled": isProtected = try reader.bool()
        case "TimeToLiveSpecification": timeToLive = try Self.timeToLive(&reader)
        case "Limit": limit = Int(try reader.integer())
        case "ExclusiveStartTableName": startName = Text(try reader.string())
        default: return
        }
    }

    private static func attribute(_ reader: inout JSONReader) throws(JSONError) -> TableDefinition.Key {
        var name = ""
        var type = ""
        try reader.object { member, reader throws(JSONError) in
            switch member {
            case "AttributeName": name = try reader.string()
            case "AttributeType": type = try reader.string()
            default: return
            }
        }
        guard ["S", "N", "B"].contains(type) else {
            throw reader.invalidValue(
                RequestDocument.constraint(
                    type, "attributeDefinitions.1.member.attributeType",
                    "Member must satisfy enum value set: [B, N, S]"))
        }
        return TableDefinition.Key(name: Text(name), type: type)
    }

    private static func keySchema(
        _ reader: inout JSONReader
    ) throws(JSONError) -> [(name: Text, role: String)] {
        var keys: [(name: Text, role: String)] = []
        try reader.array { reader throws(JSONError) in
            var name = ""
            var role = ""
            try reader.object { member, reader throws(JSONError) in
                switch member {
                case "AttributeName": name = try reader.string()
                case "KeyType": role = try reader.string()
                default: return
                }
            }
            keys.append((Text(name), role))
        }
        return keys
    }

    private static func index(_ reader: inout JSONReader) throws(JSONError) -> IndexRequest {
        var index = IndexRequest()
        try reader.object { member, reader throws(JSONError) in
            switch member {
            case "IndexName": index.name = Text(try reader.string())
            case "KeySchema": index.keys = try keySchema(&reader)
            case "Projection":
                try reader.object { member, reader throws(JSONError) in
                    switch member {
                    case "ProjectionType": index.projectionType = try reader.string()
                    case "NonKeyAttributes":
                        try reader.array { reader throws(JSONError) in
                            index.nonKeyAttributes.append(Text(try reader.string()))
                        }
                    default: return
                    }
                }
            default: return
            }
        }
        return index
    }

    private static func timeToLive(
        _ reader: inout JSONReader
    ) throws(JSONError) -> (attribute: Text?, isEnabled: Bool?) {
        var attribute: Text?
        var isEnabled: Bool?
        try reader.object { member, reader throws(JSONError) in
            switch member {
            case "AttributeName": attribute = Text(try reader.string())
            case "Enabled": isEnabled = try reader.bool()
            default: return
            }
        }
        return (attribute, isEnabled)
    }
}
