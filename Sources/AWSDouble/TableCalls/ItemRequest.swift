import JSON

/// The parameters of every call about items. One reader serves them all: each call looks at those it has.
struct ItemRequest {
    var tableName: Text?
    var indexName: Text?
    var key: AttributeMap?
    var item: AttributeMap?
    var conditionExpression: String?
    var updateExpression: String?
    var projectionExpression: String?
    var filterExpression: String?
    var keyConditionExpression: String?
    var names: [(Text, Text)]?
    var values: AttributeMap?
    var returnValues: String?
    var returnOnFailure: String?
    var returnCapacity = ReturnCapacity.none
    var isConsistent = false
    var limit: Int?
    var startKey: AttributeMap?
    var isForward = true
    var select: String?
    var segment: Int?
    var totalSegments: Int?

    enum ReturnCapacity: String {
        case none = "NONE"
        case total = "TOTAL"
        case indexes = "INDEXES"
    }

    private static let legacy: Set<String> = [
        "AttributesToGet", "AttributeUpdates", "Expected", "ConditionalOperator", "KeyConditions",
        "QueryFilter", "ScanFilter",
    ]

    mutating func read(_ name: JSONText, _ reader: inout JSONReader) throws(JSONError) {
        switch name {
        case "TableName": tableName = Text(try Self.tableName(&reader))
        case "IndexName": indexName = Text(try reader.string())
        case "Key": key = try AttributeMap.read(&reader)
        case "Item": item = try AttributeMap.read(&reader)
        case "ConditionExpression": conditionExpression = try reader.string()
        case "UpdateExpression": updateExpression = try reader.string()
        case "ProjectionExpression": projectionExpression = try reader.string()
        case "FilterExpression": filterExpression = try reader.string()
        case "KeyConditionExpression": keyConditionExpression = try reader.string()
        case "ExpressionAttributeNames": names = try Self.names(&reader)
        case "ExpressionAttributeValues": values = try Self.values(&reader)
        case "ReturnValues": returnValues = try reader.string()
        case "ReturnValuesOnConditionCheckFailure": returnOnFailure = try reader.string()
        case "ReturnConsumedCapacity": returnCapacity = try Self.returnCapacity(&reader)
        case "ConsistentRead": isConsistent = try reader.bool()
        case "Limit": limit = Int(try reader.integer())
        case "ExclusiveStartKey":
            guard try !reader.takeNull() else { return }
            startKey = try AttributeMap.read(&reader)
        case "ScanIndexForward": isForward = try reader.bool()
        case "Select": select = try reader.string()
        case "Segment": segment = Int(try reader.integer())
        case "TotalSegments": totalSegments = Int(try reader.integer())
        default:
            let name = String(name)
            guard !Self.legacy.contains(name) else {
                throw reader.invalidValue("aws-double does not support the legacy parameter \(name)")
            }
        }
    }

    static func parse(_ body: UnsafeRawBufferPointer) throws(Refusal) -> ItemRequest {
        var request = ItemRequest()
        try RequestDocument.read(body) { name, reader throws(JSONError) in try request.read(name, &reader) }
        return request
    }

    static func returnCapacity(_ reader: inout JSONReader) throws(JSONError) -> ReturnCapacity {
        let text = try reader.string()
        guard let choice = ReturnCapacity(rawValue: text) else {
            throw reader.invalidValue(
                RequestDocument.constraint(
                    text, "returnConsumedCapacity",
                    "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"))
        }
        return choice
    }

    /// A table's name, or its ARN.
    static func tableName(_ reader: inout JSONReader) throws(JSONError) -> String {
        let text = try reader.string()
        guard text.hasPrefix("arn:"), let slash = text.lastIndex(of: "/") else { return text }
        return String(text[text.index(after: slash)...])
    }

    private static func names(_ reader: inout JSONReader) throws(JSONError) -> [(Text, Text)] {
        var names: [(Text, Text)] = []
        try reader.object(memberLimit: 1_024) { placeholder, reader throws(JSONError) in
            let placeholder = String(placeholder)
            guard isPlaceholder(placeholder, sign: UInt8(ascii: "#")) else {
                throw reader.invalidValue(
                    "ExpressionAttributeNames contains invalid key: Syntax error; key: \"\(placeholder)\"")
            }
            names.append((Text(placeholder), Text(try reader.string())))
        }
        guard !names.isEmpty else {
            throw reader.invalidValue("ExpressionAttributeNames must not be empty")
        }
        return names
    }

    private static func values(_ reader: inout JSONReader) throws(JSONError) -> AttributeMap {
        let values = try AttributeMap.read(&reader)
        guard !values.isEmpty else {
            throw reader.invalidValue("ExpressionAttributeValues must not be empty")
        }
        for entry in values.entries where !isPlaceholder(entry.name.string, sign: UInt8(ascii: ":")) {
            throw reader.invalidValue(
                "ExpressionAttributeValues contains invalid key: Syntax error; key: \"\(entry.name)\"")
        }
        return values
    }

    private static func isPlaceholder(_ text: String, sign: UInt8) -> Bool {
        guard text.utf8.first == sign, text.utf8.count > 1 else { return false }
        return text.utf8.dropFirst().allSatisfy {
            48...57 ~= $0 || 97...122 ~= $0 | 0x20 || $0 == UInt8(ascii: "_")
        }
    }

    /// The placeholders, with what DynamoDB says when no expression could use them.
    func placeholders(hasExpression: Bool) throws(Refusal) -> Placeholders {
        guard hasExpression else {
            guard names == nil else {
                throw .validation("ExpressionAttributeNames can only be specified when using expressions")
            }
            guard values == nil else {
                throw .validation("ExpressionAttributeValues can only be specified when using expressions")
            }
            return Placeholders()
        }
        return Placeholders(names: names ?? [], values: values ?? AttributeMap())
    }
}
