import JSON

/// CreateTable, DescribeTable, DeleteTable, ListTables and time to live. A table is there at once: the double has
/// no CREATING.
extension DynamoStore {
    func createTable(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try TableRequest.parse(body)
        createdTables += 1
        let definition = try request.definition(
            createdAtMs: clock.nowMs, id: "00000000-0000-4000-8000-" + Digits.padded(createdTables, to: 12))
        guard tables[definition.name] == nil else {
            throw Refusal("ResourceInUseException", "Table already exists: \(definition.name)")
        }
        let table = Table(definition)
        tables[definition.name] = table
        return describe(table, as: "TableDescription")
    }

    func describeTable(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        describe(try namedTable(try TableRequest.parse(body)), as: "Table")
    }

    func deleteTable(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let table = try namedTable(try TableRequest.parse(body))
        guard !table.definition.isProtected else {
            throw .validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                    + "protection first.")
        }
        tables[table.definition.name] = nil
        return describe(table, as: "TableDescription", status: "DELETING")
    }

    func listTables(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try TableRequest.parse(body)
        guard 1...100 ~= request.limit ?? 100 else {
            throw .validation(
                RequestDocument.constraint(
                    String(request.limit ?? 0), "limit",
                    "Member must have value less than or equal to 100"))
        }
        let names = tables.keys.sorted().filter { name in request.startName.map { $0 < name } ?? true }
        let page = names.prefix(request.limit ?? 100)
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("TableNames") { writer in for name in page { writer.element(name.string) } }
            if page.count < names.count, let last = page.last {
                writer.member("LastEvaluatedTableName", last.string)
            }
        }
        return TableAnswer(body: writer.take())
    }

    func updateTimeToLive(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try TableRequest.parse(body)
        let table = try namedTable(request)
        guard let attribute = request.timeToLive?.attribute, let isEnabled = request.timeToLive?.isEnabled
        else { throw Self.missing("timeToLiveSpecification") }
        guard isEnabled != (table.timeToLive != nil) else {
            throw .validation("TimeToLive is already \(isEnabled ? "enabled" : "disabled")")
        }
        if !isEnabled, table.timeToLive != attribute {
            throw .validation(
                "TimeToLive is active on a different AttributeName: current AttributeName is "
                    + (table.timeToLive?.string ?? ""))
        }
        table.timeToLive = isEnabled ? attribute : nil
        var writer = JSONWriter()
        writer.object { writer in
            writer.object("TimeToLiveSpecification") { writer in
                writer.member("AttributeName", attribute.string)
                writer.member("Enabled", isEnabled)
            }
        }
        return TableAnswer(body: writer.take())
    }

    func describeTimeToLive(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let table = try namedTable(try TableRequest.parse(body))
        var writer = JSONWriter()
        writer.object { writer in
            writer.object("TimeToLiveDescription") { writer in
                writer.member("TimeToLiveStatus", table.timeToLive == nil ? "DISABLED" : "ENABLED")
                if let attribute = table.timeToLive { writer.member("AttributeName", attribute.string) }
            }
        }
        return TableAnswer(body: writer.take())
    }

    private func namedTable(_ request: TableRequest) throws(Refusal) -> Table {
        guard let name = request.tableName else { throw Self.missing("tableName") }
        guard let table = tables[name] else {
            throw Refusal(
                "ResourceNotFoundException", "Requested resource not found: Table: \(name) not found")
        }
        return table
    }

    private func describe(
        _ table: Table, as member: StaticString, status: StaticString = "ACTIVE"
    ) -> TableAnswer {
        var writer = JSONWriter(capacity: 1_024)
        writer.object { writer in
            writer.object(member) { TableDescription.write(table, status: status, to: &$0) }
        }
        return TableAnswer(body: writer.take())
    }
}

/// Numbers with leading zeros, for ids.
enum Digits {
    static func padded(_ value: Int, to length: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(length - digits.utf8.count, 0)) + digits
    }
}
