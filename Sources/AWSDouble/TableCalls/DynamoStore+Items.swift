import JSON

/// GetItem, PutItem, UpdateItem, DeleteItem.
extension DynamoStore {
    func getItem(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try ItemRequest.parse(body)
        let (table, key) = try tableAndKey(request)
        var placeholders = try request.placeholders(hasExpression: request.projectionExpression != nil)
        let projection = try projection(request.projectionExpression, &placeholders)
        try placeholders.checkAllUsed()
        let item = table.item(key)
        var use = CapacityUse()
        use.table.halfReads = CapacityUnits.halfReads(
            bytes: item?.size ?? 0, isConsistent: request.isConsistent)
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            if let item {
                let shown = projection.map { $0.tree.applied(to: item.attributes, $0.scope) }
                (shown ?? item.attributes).write("Item", to: &writer)
            }
            use.write(table.definition.name, request.returnCapacity, to: &writer)
        }
        return TableAnswer(body: writer.take(), use: use.total)
    }

    func putItem(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try ItemRequest.parse(body)
        try Self.check(returnValues: request, allowed: ["NONE", "ALL_OLD"], "[ALL_OLD, NONE]")
        return try write(try putAction(request), request)
    }

    func deleteItem(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try ItemRequest.parse(body)
        try Self.check(returnValues: request, allowed: ["NONE", "ALL_OLD"], "[ALL_OLD, NONE]")
        return try write(try deleteAction(request), request)
    }

    func updateItem(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try ItemRequest.parse(body)
        try Self.check(
            returnValues: request, allowed: ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"],
            "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]")
        return try write(try updateAction(request), request)
    }

    private static func check(
        returnValues request: ItemRequest, allowed: Set<String>, _ shown: String
    ) throws(Refusal) {
        guard let wanted = request.returnValues, !allowed.contains(wanted) else { return }
        guard ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"].contains(wanted) else {
            throw .validation(
                RequestDocument.constraint(
                    wanted, "returnValues",
                    "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"))
        }
        throw .validation("Return values set to invalid value")
    }

    private func write(_ action: WriteAction, _ request: ItemRequest) throws(Refusal) -> TableAnswer {
        guard !heldItems.holds(action.table.definition.name, action.key, nowMs: clock.nowMs) else {
            throw Self.conflict
        }
        switch action.evaluate() {
        case .invalid(let refusal): throw refusal
        case .conditionFailed(let old): throw Self.conditionFailed(old, shows: action.returnsOldOnFailure)
        case .change(let old, let new):
            let use = action.table.writeUse(old: old, new: new)
            action.table.replace(old, with: new)
            var writer = JSONWriter(capacity: 256)
            writer.object { writer in
                if let shown = Self.returned(request.returnValues, action, old, new), !shown.isEmpty {
                    shown.write("Attributes", to: &writer)
                }
                use.write(action.table.definition.name, request.returnCapacity, to: &writer)
            }
            return TableAnswer(body: writer.take(), use: use.total)
        }
    }

    private static func returned(
        _ wanted: String?, _ action: WriteAction, _ old: StoredItem?, _ new: StoredItem?
    ) -> AttributeMap? {
        switch wanted {
        case "ALL_OLD": return old?.attributes
        case "ALL_NEW": return new?.attributes
        case "UPDATED_OLD", "UPDATED_NEW":
            guard case .update(let update?, let scope) = action.effect,
                let item = wanted == "UPDATED_OLD" ? old : new
            else { return nil }
            return Projection(paths: update.paths).applied(to: item.attributes, scope)
        default: return nil
        }
    }

    static let conflict = Refusal(
        "TransactionConflictException", "Transaction is ongoing for the item")

    /// A refused write is billed all the same, but nobody is told how much.
    static func conditionFailed(_ old: StoredItem?, shows: Bool) -> Refusal {
        var refusal = Refusal("ConditionalCheckFailedException", "The conditional request failed")
        guard shows, let old else { return refusal }
        var writer = JSONWriter()
        writer.object { old.attributes.writeMembers(to: &$0) }
        refusal.members.append(("Item", writer.take()))
        return refusal
    }
}
