import JSON

extension CapacityUse {
    /// The member ConsumedCapacity, for whoever asked for it.
    func write(
        _ table: Text, _ wanted: ItemRequest.ReturnCapacity, isTransaction: Bool = false,
        to writer: inout JSONWriter
    ) {
        guard wanted != .none else { return }
        writer.object("ConsumedCapacity") { writer in
            writeMembers(table, wanted, isTransaction: isTransaction, to: &writer)
        }
    }

    func writeMembers(
        _ table: Text, _ wanted: ItemRequest.ReturnCapacity, isTransaction: Bool, to writer: inout JSONWriter
    ) {
        writer.member("TableName", table.string)
        Self.write(total, isTransaction: isTransaction, to: &writer)
        guard wanted == .indexes else { return }
        writer.object("Table") { Self.write(self.table, isTransaction: isTransaction, to: &$0) }
        guard !indexes.isEmpty else { return }
        writer.object("GlobalSecondaryIndexes") { writer in
            for (name, units) in indexes {
                writer.name(name.string)
                writer.object { Self.write(units, isTransaction: isTransaction, to: &$0) }
            }
        }
    }

    private static func write(_ units: CapacityUnits, isTransaction: Bool, to writer: inout JSONWriter) {
        writer.member("CapacityUnits", units.total)
        guard isTransaction else { return }
        if units.halfReads > 0 { writer.member("ReadCapacityUnits", Double(units.halfReads) / 2) }
        if units.writes > 0 { writer.member("WriteCapacityUnits", units.writes) }
    }

    /// The member ConsumedCapacity of a call over several tables: a list.
    static func writeList(
        _ uses: [(table: Text, use: CapacityUse)], _ wanted: ItemRequest.ReturnCapacity,
        isTransaction: Bool = false, to writer: inout JSONWriter
    ) {
        guard wanted != .none else { return }
        writer.array("ConsumedCapacity") { writer in
            for (table, use) in uses {
                writer.object { use.writeMembers(table, wanted, isTransaction: isTransaction, to: &$0) }
            }
        }
    }
}
