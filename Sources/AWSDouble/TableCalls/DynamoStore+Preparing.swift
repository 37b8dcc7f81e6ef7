/// From the parameters of a write to something that can be evaluated. All refusals that do not depend on the item
/// come from here, before anything is looked at.
extension DynamoStore {
    func putAction(_ request: ItemRequest) throws(Refusal) -> WriteAction {
        let table = try table(request.tableName)
        guard let item = request.item else { throw Self.missing("item") }
        let key = try table.definition.key(ofItem: item)
        guard item.size <= StoredItem.maxBytes else {
            throw .validation("Item size has exceeded the maximum allowed size")
        }
        try table.definition.checkIndexKeys(of: item)
        return try action(request, table, key, effect: .put(item))
    }

    func deleteAction(_ request: ItemRequest) throws(Refusal) -> WriteAction {
        let (table, key) = try tableAndKey(request)
        return try action(request, table, key, effect: .delete)
    }

    func checkAction(_ request: ItemRequest) throws(Refusal) -> WriteAction {
        guard request.conditionExpression != nil else { throw Self.missing("conditionExpression") }
        let (table, key) = try tableAndKey(request)
        return try action(request, table, key, effect: .check)
    }

    func updateAction(_ request: ItemRequest) throws(Refusal) -> WriteAction {
        let (table, key) = try tableAndKey(request)
        guard let text = request.updateExpression else {
            let nothing = ExpressionScope(names: [], values: [])
            return try action(request, table, key, effect: .update(nil, nothing))
        }
        var placeholders = try request.placeholders(hasExpression: true)
        let update = try shelf.update(text)
        let scope = try Self.inParameter("UpdateExpression") { () throws(ExpressionFault) in
            let scope = try placeholders.scope(for: update)
            try update.tree.check(scope)
            return scope
        }
        for path in update.tree.paths where table.definition.keyNames.contains(scope.names[path.root]) {
            throw .validation(
                "One or more parameter values were invalid: Cannot update attribute "
                    + "\(scope.names[path.root]). This attribute is part of the key")
        }
        return try action(
            request, table, key, effect: .update(update.tree, scope), placeholders: placeholders)
    }

    func tableAndKey(_ request: ItemRequest) throws(Refusal) -> (Table, ItemKey) {
        let table = try table(request.tableName)
        guard let key = request.key else { throw Self.missing("key") }
        return (table, try table.definition.key(from: key))
    }

    private func action(
        _ request: ItemRequest, _ table: Table, _ key: ItemKey, effect: WriteAction.Effect,
        placeholders given: Placeholders? = nil
    ) throws(Refusal) -> WriteAction {
        var placeholders =
            if let given {
                given
            } else {
                try request.placeholders(hasExpression: request.conditionExpression != nil)
            }
        let condition = try self.condition(
            request.conditionExpression, in: "ConditionExpression", &placeholders)
        try placeholders.checkAllUsed()
        return WriteAction(
            table: table, key: key, effect: effect, condition: condition,
            returnsOldOnFailure: try Self.returnsOldOnFailure(request))
    }

    func condition(
        _ text: String?, in parameter: StaticString, _ placeholders: inout Placeholders
    ) throws(Refusal) -> (tree: Condition, scope: ExpressionScope)? {
        guard let text else { return nil }
        let parsed = try shelf.condition(text, in: parameter)
        do throws(ExpressionFault) {
            let scope = try placeholders.scope(for: parsed)
            try parsed.tree.check(scope)
            return (parsed.tree, scope)
        } catch {
            throw error.refusal(in: parameter)
        }
    }

    func projection(
        _ text: String?, _ placeholders: inout Placeholders
    ) throws(Refusal) -> (tree: Projection, scope: ExpressionScope)? {
        guard let text else { return nil }
        let parsed = try shelf.projection(text)
        do throws(ExpressionFault) {
            let scope = try placeholders.scope(for: parsed)
            try parsed.tree.check(scope)
            return (parsed.tree, scope)
        } catch {
            throw error.refusal(in: "ProjectionExpression")
        }
    }

    static func inParameter<Result>(
        _ parameter: StaticString, _ body: () throws(ExpressionFault) -> Result
    ) throws(Refusal) -> Result {
        do throws(ExpressionFault) {
            return try body()
        } catch {
            throw error.refusal(in: parameter)
        }
    }

    static func missing(_ member: String) -> Refusal {
        .validation(
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: Member must not "
                + "be null")
    }

    private static func returnsOldOnFailure(_ request: ItemRequest) throws(Refusal) -> Bool {
        switch request.returnOnFailure {
        case nil, "NONE": return false
        case "ALL_OLD": return true
        case let other?:
            throw .validation(
                RequestDocument.constraint(
                    other, "returnValuesOnConditionCheckFailure",
                    "Member must satisfy enum value set: [ALL_OLD, NONE]"))
        }
    }
}
