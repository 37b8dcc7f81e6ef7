import JSON

/// The parameters of BatchGetItem: keys by table.
struct BatchGetRequest {
    var tables: [(name: Text, keys: [AttributeMap], common: ItemRequest)] = []
    var returnCapacity = ItemRequest.ReturnCapacity.none

    private static let maxKeys = 100

    static func parse(_ body: UnsafeRawBufferPointer) throws(Refusal) -> BatchGetRequest {
        var request = BatchGetRequest()
        try RequestDocument.read(body) { name, reader throws(JSONError) in
            switch name {
            case "RequestItems":
                try reader.object { table, reader throws(JSONError) in
                    request.tables.append(try Self.table(String(table), &reader))
                }
            case "ReturnConsumedCapacity":
                request.returnCapacity = try ItemRequest.returnCapacity(&reader)
            default: return
            }
        }
        let count = request.tables.reduce(0) { $0 + $1.keys.count }
        guard !request.tables.isEmpty, request.tables.allSatisfy({ !$0.keys.isEmpty }) else {
            throw .validation(
                RequestDocument.constraint(
                    "{}", "requestItems", "Member must have length greater than or equal to 1"))
        }
        guard count <= maxKeys else {
            throw .validation("Too many items requested for the BatchGetItem call")
        }
        return request
    }

    private static func table(
        _ name: String, _ reader: inout JSONReader
    ) throws(JSONError) -> (Text, [AttributeMap], ItemRequest) {
        var keys: [AttributeMap] = []
        var common = ItemRequest()
        try reader.object { member, reader throws(JSONError) in
            guard member == "Keys" else { return try common.read(member, &reader) }
            try reader.array { reader throws(JSONError) in keys.append(try AttributeMap.read(&reader)) }
        }
        common.tableName = Text(name)
        return (Text(name), keys, common)
    }
}

/// The parameters of BatchWriteItem: puts and deletes by table.
struct BatchWriteRequest {
    var writes: [(kind: TransactionRequest.Kind, item: ItemRequest)] = []
    var returnCapacity = ItemRequest.ReturnCapacity.none

    private static let maxWrites = 25

    static func parse(_ body: UnsafeRawBufferPointer) throws(Refusal) -> BatchWriteRequest {
        var request = BatchWriteRequest()
        try RequestDocument.read(body) { name, reader throws(JSONError) in
            switch name {
            case "RequestItems":
                try reader.object { table, reader throws(JSONError) in
                    let table = Text(String(table))
                    try reader.array { reader throws(JSONError) in
                        request.writes.append(try Self.write(table, &reader))
                    }
                }
            case "ReturnConsumedCapacity":
                request.returnCapacity = try ItemRequest.returnCapacity(&reader)
            default: return
            }
        }
        guard !request.writes.isEmpty else {
            throw .validation(
                RequestDocument.constraint(
                    "{}", "requestItems", "Member must have length greater than or equal to 1"))
        }
        guard request.writes.count <= maxWrites else {
            throw .validation("Too many items requested for the BatchWriteItem call")
        }
        return request
    }

    private static func write(
        _ table: Text, _ reader: inout JSONReader
    ) throws(JSONError) -> (TransactionRequest.Kind, ItemRequest) {
        var found: (TransactionRequest.Kind, ItemRequest)?
        try reader.object { name, reader throws(JSONError) in
            guard found == nil else {
                throw reader.invalidValue(
                    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                        + "supported datatypes")
            }
            let kind: TransactionRequest.Kind
            switch name {
            case "PutRequest": kind = .put
            case "DeleteRequest": kind = .delete
            default: return
            }
            var item = ItemRequest()
            try reader.object { name, reader throws(JSONError) in try item.read(name, &reader) }
            item.tableName = table
            found = (kind, item)
        }
        guard let found else {
            throw reader.invalidValue(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        }
        return found
    }
}
