import JSON

/// TransactWriteItems and TransactGetItems: all of it or nothing, at one moment.
extension DynamoStore {
    /// What a test asks of the next transaction.
    package struct Trouble {
        /// One of the items seems to be in another transaction.
        package var conflicts = false
        package var isThrottled = false
        /// How long its items seem to be in this one after it was answered.
        package var holdMs: Int64 = 0

        package init() {}
    }

    func transactWriteItems(
        _ body: UnsafeRawBufferPointer, trouble: Trouble = Trouble()
    ) throws(Refusal) -> TableAnswer {
        let request = try TransactionRequest.parse(body, allowed: [.put, .update, .delete, .check])
        var actions: [WriteAction] = []
        actions.reserveCapacity(request.actions.count)
        for (kind, item) in request.actions {
            switch kind {
            case .put: actions.append(try putAction(item))
            case .update: actions.append(try updateAction(item))
            case .delete: actions.append(try deleteAction(item))
            case .check, .get: actions.append(try checkAction(item))
            }
        }
        try Self.checkApart(actions.map { ($0.table, $0.key) })
        let fingerprint = request.token == nil ? 0 : request.fingerprint
        if let token = request.token {
            switch tokens.look(token, fingerprint: fingerprint, nowMs: clock.nowMs) {
            case .new: break
            case .done: return repeated(actions, request)
            case .mismatch:
                throw Refusal(
                    "IdempotentParameterMismatchException",
                    "An error occurred: a ClientRequestToken was used before with other parameters")
            }
        }
        let changes = try evaluate(actions, trouble)
        var uses: [(table: Text, use: CapacityUse)] = []
        for (action, change) in zip(actions, changes) {
            let use =
                action.isCheck
                ? CapacityUse(
                    table: CapacityUnits(writes: CapacityUnits.write(bytes: change.old?.size ?? 0)))
                : action.table.writeUse(old: change.old, new: change.new)
            Self.add(use.doubled, for: action.table.definition.name, to: &uses)
            if !action.isCheck { action.table.replace(change.old, with: change.new) }
        }
        let nowMs = clock.nowMs
        if let token = request.token { tokens.remember(token, fingerprint: fingerprint, nowMs: nowMs) }
        if trouble.holdMs > 0 {
            for action in actions {
                heldItems.hold(
                    action.table.definition.name, action.key, untilMs: nowMs + trouble.holdMs, nowMs: nowMs)
            }
        }
        return answer(uses, request)
    }

    private func evaluate(
        _ actions: [WriteAction], _ trouble: Trouble
    ) throws(Refusal) -> [(old: StoredItem?, new: StoredItem?)] {
        let nowMs = clock.nowMs
        var changes: [(old: StoredItem?, new: StoredItem?)] = []
        var reasons: [CancellationReason] = []
        var isCancelled = false
        for (index, action) in actions.enumerated() {
            var reason = CancellationReason.none
            var change: (old: StoredItem?, new: StoredItem?) = (nil, nil)
            if heldItems.holds(action.table.definition.name, action.key, nowMs: nowMs)
                || (trouble.conflicts && index == 0)
            {
                reason = .conflict
            } else if trouble.isThrottled, index == 0 {
                reason = .throttled
            } else {
                switch action.evaluate() {
                case .change(let old, let new): change = (old, new)
                case .conditionFailed(let old):
                    reason = .conditionFailed(action.returnsOldOnFailure ? old : nil)
                case .invalid(let refusal): reason = .invalid(refusal.message)
                }
            }
            changes.append(change)
            reasons.append(reason)
            if case .none = reason { continue }
            isCancelled = true
        }
        guard !isCancelled else { throw CancellationReason.refusal(reasons) }
        return changes
    }

    /// It was done before: what is read to find that out is billed, and nothing is written.
    private func repeated(_ actions: [WriteAction], _ request: TransactionRequest) -> TableAnswer {
        var uses: [(table: Text, use: CapacityUse)] = []
        for action in actions {
            let bytes = action.table.item(action.key)?.size ?? 0
            let reads = CapacityUnits.halfReads(bytes: bytes, isConsistent: true)
            let use = CapacityUse(table: CapacityUnits(halfReads: reads)).doubled
            Self.add(use, for: action.table.definition.name, to: &uses)
        }
        return answer(uses, request)
    }

    private func answer(
        _ uses: [(table: Text, use: CapacityUse)], _ request: TransactionRequest
    ) -> TableAnswer {
        var writer = JSONWriter(capacity: 128)
        writer.object { writer in
            CapacityUse.writeList(uses, request.returnCapacity, isTransaction: true, to: &writer)
        }
        return TableAnswer(body: writer.take(), use: Self.total(uses))
    }

    func transactGetItems(
        _ body: UnsafeRawBufferPointer, trouble: Trouble = Trouble()
    ) throws(Refusal) -> TableAnswer {
        let request = try TransactionRequest.parse(body, allowed: [.get])
        var found: [AttributeMap?] = []
        var keys: [(Table, ItemKey)] = []
        var reasons: [CancellationReason] = []
        var uses: [(table: Text, use: CapacityUse)] = []
        let nowMs = clock.nowMs
        for (_, item) in request.actions {
            let (table, key) = try tableAndKey(item)
            var placeholders = try item.placeholders(hasExpression: item.projectionExpression != nil)
            let projection = try projection(item.projectionExpression, &placeholders)
            try placeholders.checkAllUsed()
            let stored = table.item(key)
            found.append(
                stored.map { stored in
                    projection.map { $0.tree.applied(to: stored.attributes, $0.scope) } ?? stored.attributes
                })
            keys.append((table, key))
            let isHeld = heldItems.holds(table.definition.name, key, nowMs: nowMs)
            let conflicts = isHeld || (trouble.conflicts && keys.count == 1)
            reasons.append(
                conflicts ? .conflict : (trouble.isThrottled && keys.count == 1 ? .throttled : .none))
            let units = CapacityUnits.halfReads(bytes: stored?.size ?? 0, isConsistent: true)
            let use = CapacityUse(table: CapacityUnits(halfReads: units)).doubled
            Self.add(use, for: table.definition.name, to: &uses)
        }
        try Self.checkApart(keys)
        for case .conflict in reasons { throw CancellationReason.refusal(reasons) }
        for case .throttled in reasons { throw CancellationReason.refusal(reasons) }
        var writer = JSONWriter(capacity: 1_024)
        writer.object { writer in
            CapacityUse.writeList(uses, request.returnCapacity, isTransaction: true, to: &writer)
            writer.array("Responses") { writer in
                for item in found { writer.object { item?.write("Item", to: &$0) } }
            }
        }
        return TableAnswer(body: writer.take(), use: Self.total(uses))
    }

    private static func checkApart(_ keys: [(Table, ItemKey)]) throws(Refusal) {
        var seen: Set<ItemPlace> = []
        for (table, key) in keys {
            guard seen.insert(ItemPlace(table: table.definition.name, key: key)).inserted else {
                throw .validation("Transaction request cannot include multiple operations on one item")
            }
        }
    }

    static func add(
        _ use: CapacityUse, for table: Text, to uses: inout [(table: Text, use: CapacityUse)]
    ) {
        if let place = uses.firstIndex(where: { $0.table == table }) {
            uses[place].use.add(use)
        } else {
            uses.append((table, use))
        }
    }

    static func total(_ uses: [(table: Text, use: CapacityUse)]) -> CapacityUnits {
        uses.reduce(into: CapacityUnits()) { $0 += $1.use.total }
    }
}

/// One item among all tables.
struct ItemPlace: Hashable {
    let table: Text
    let key: ItemKey
}
