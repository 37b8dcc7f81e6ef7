import JSON

/// The parameters of TransactWriteItems and TransactGetItems.
struct TransactionRequest {
    enum Kind: String, Hashable {
        case put = "Put"
        case update = "Update"
        case delete = "Delete"
        case check = "ConditionCheck"
        case get = "Get"
    }

    var actions: [(kind: Kind, item: ItemRequest)] = []
    var token: Text?
    var returnCapacity = ItemRequest.ReturnCapacity.none

    private static let maxActions = 100

    static func parse(
        _ body: UnsafeRawBufferPointer, allowed: Set<Kind>
    ) throws(Refusal) -> TransactionRequest {
        var request = TransactionRequest()
        try RequestDocument.read(body) { name, reader throws(JSONError) in
            switch name {
            case "TransactItems":
                try reader.array { reader throws(JSONError) in
                    request.actions.append(try action(&reader, allowed))
                }
            case "ClientRequestToken": request.token = Text(try reader.string())
            case "ReturnConsumedCapacity":
                request.returnCapacity = try ItemRequest.returnCapacity(&reader)
            default: return
            }
        }
        try request.check()
        return request
    }

    private static func action(
        _ reader: inout JSONReader, _ allowed: Set<Kind>
    ) throws(JSONError) -> (Kind, ItemRequest) {
        var found: (Kind, ItemRequest)?
        try reader.object { name, reader throws(JSONError) in
            guard let kind = Kind(rawValue: String(name)), allowed.contains(kind) else { return }
            guard found == nil else {
                throw reader.invalidValue(
                    "TransactItems can only contain one of Check, Put, Update or Delete")
            }
            var item = ItemRequest()
            try reader.object { name, reader throws(JSONError) in try item.read(name, &reader) }
            found = (kind, item)
        }
        guard let found else {
            throw reader.invalidValue(
                "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
        }
        return found
    }

    private func check() throws(Refusal) {
        guard !actions.isEmpty else {
            throw .validation(
                RequestDocument.constraint(
                    "[]", "transactItems", "Member must have length greater than or equal to 1"))
        }
        guard actions.count <= Self.maxActions else {
            throw .validation(
                RequestDocument.constraint(
                    "[\(actions.count) actions]", "transactItems",
                    "Member must have length less than or equal to 100"))
        }
        guard let token else { return }
        guard 1...RequestTokens.maxBytes ~= token.count else {
            throw .validation(
                RequestDocument.constraint(
                    token.string, "clientRequestToken",
                    "Member must have length less than or equal to 36"))
        }
    }

    /// Equal for requests that ask for the same, in whatever order their members were written.
    var fingerprint: Int {
        var hasher = Hasher()
        for (kind, item) in actions {
            hasher.combine(kind)
            item.hashWrite(into: &hasher)
        }
        return hasher.finalize()
    }
}

extension ItemRequest {
    fileprivate func hashWrite(into hasher: inout Hasher) {
        hasher.combine(tableName)
        hasher.combine(key)
        hasher.combine(item)
        hasher.combine(conditionExpression)
        hasher.combine(updateExpression)
        hasher.combine(values)
        hasher.combine(returnOnFailure)
        for (placeholder, name) in (names ?? []).sorted(by: { $0.0 < $1.0 }) {
            hasher.combine(placeholder)
            hasher.combine(name)
        }
    }
}
