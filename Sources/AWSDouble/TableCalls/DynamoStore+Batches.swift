import JSON

/// BatchGetItem and BatchWriteItem. Each item stands for itself; what was not done is given back to be sent again.
extension DynamoStore {
    private static let maxAnswerBytes = 16 << 20

    /// `leavesOut` makes the last key unprocessed, as DynamoDB does when it is short of throughput.
    func batchGetItem(_ body: UnsafeRawBufferPointer, leavesOut: Bool = false) throws(Refusal) -> TableAnswer
    {
        let request = try BatchGetRequest.parse(body)
        var uses: [(table: Text, use: CapacityUse)] = []
        var found: [(table: Text, items: [AttributeMap])] = []
        var unprocessed: [(table: Text, keys: [AttributeMap], isConsistent: Bool)] = []
        var bytes = 0
        for (name, keys, common) in request.tables {
            let table = try table(name)
            var placeholders = try common.placeholders(hasExpression: common.projectionExpression != nil)
            let projection = try projection(common.projectionExpression, &placeholders)
            try placeholders.checkAllUsed()
            var items: [AttributeMap] = []
            var left: [AttributeMap] = []
            var seen: Set<ItemKey> = []
            for (index, keyMap) in keys.enumerated() {
                let key = try table.definition.key(from: keyMap)
                guard seen.insert(key).inserted else {
                    throw .validation("Provided list of item keys contains duplicates")
                }
                guard bytes < Self.maxAnswerBytes, !(leavesOut && index == keys.count - 1) else {
                    left.append(keyMap)
                    continue
                }
                let item = table.item(key)
                bytes += item?.size ?? 0
                let units = CapacityUnits.halfReads(bytes: item?.size ?? 0, isConsistent: common.isConsistent)
                Self.add(CapacityUse(table: CapacityUnits(halfReads: units)), for: name, to: &uses)
                guard let item else { continue }
                items.append(
                    projection.map { $0.tree.applied(to: item.attributes, $0.scope) } ?? item.attributes)
            }
            found.append((name, items))
            if !left.isEmpty { unprocessed.append((name, left, common.isConsistent)) }
        }
        var writer = JSONWriter(capacity: 4_096)
        writer.object { writer in
            writer.object("Responses") { writer in
                for (table, items) in found {
                    writer.name(table.string)
                    writer.array { writer in
                        for item in items { writer.object { item.writeMembers(to: &$0) } }
                    }
                }
            }
            writer.object("UnprocessedKeys") { writer in
                for (table, keys, isConsistent) in unprocessed {
                    writer.name(table.string)
                    writer.object { writer in
                        writer.array("Keys") { writer in
                            for key in keys { writer.object { key.writeMembers(to: &$0) } }
                        }
                        if isConsistent { writer.member("ConsistentRead", true) }
                    }
                }
            }
            CapacityUse.writeList(uses, request.returnCapacity, to: &writer)
        }
        return TableAnswer(body: writer.take(), use: Self.total(uses))
    }

    func batchWriteItem(_ body: UnsafeRawBufferPointer, leavesOut: Bool = false) throws(Refusal)
        -> TableAnswer
    {
        let request = try BatchWriteRequest.parse(body)
        var actions: [WriteAction] = []
        var seen: Set<ItemPlace> = []
        for (kind, item) in request.writes {
            let action = try kind == .put ? putAction(item) : deleteAction(item)
            let place = ItemPlace(table: action.table.definition.name, key: action.key)
            guard seen.insert(place).inserted else {
                throw .validation("Provided list of item keys contains duplicates")
            }
            actions.append(action)
        }
        var uses: [(table: Text, use: CapacityUse)] = []
        var unprocessed: [WriteAction] = []
        let nowMs = clock.nowMs
        for (index, action) in actions.enumerated() {
            let isHeld = heldItems.holds(action.table.definition.name, action.key, nowMs: nowMs)
            guard !isHeld, !(leavesOut && index == actions.count - 1),
                case .change(let old, let new) = action.evaluate()
            else {
                unprocessed.append(action)
                continue
            }
            let use = action.table.writeUse(old: old, new: new)
            Self.add(use, for: action.table.definition.name, to: &uses)
            action.table.replace(old, with: new)
        }
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            Self.write(unprocessed: unprocessed, to: &writer)
            CapacityUse.writeList(uses, request.returnCapacity, to: &writer)
        }
        return TableAnswer(body: writer.take(), use: Self.total(uses))
    }

    private static func write(unprocessed actions: [WriteAction], to writer: inout JSONWriter) {
        writer.object("UnprocessedItems") { writer in
            var tables: [Text] = []
            for action in actions where !tables.contains(action.table.definition.name) {
                tables.append(action.table.definition.name)
            }
            for table in tables {
                writer.name(table.string)
                writer.array { writer in
                    for action in actions where action.table.definition.name == table {
                        writer.object { write(action, to: &$0) }
                    }
                }
            }
        }
    }

    private static func write(_ action: WriteAction, to writer: inout JSONWriter) {
        if case .put(let item) = action.effect {
            writer.object("PutRequest") { item.write("Item", to: &$0) }
        } else {
            writer.object("DeleteRequest") { writer in
                action.key.attributes(in: action.table.definition).write("Key", to: &writer)
            }
        }
    }
}
