import JSON

/// Query: a part of one partition, in order.
extension DynamoStore {
    func query(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try ItemRequest.parse(body)
        let table = try table(request.tableName)
        let source = try source(request, table)
        guard let text = request.keyConditionExpression else {
            throw .validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            )
        }
        var placeholders = try request.placeholders(hasExpression: true)
        let parsed = try condition(text, in: "KeyConditionExpression", &placeholders)!
        let keys = source.keys(table)
        let keyCondition = try KeyCondition(
            parsed.tree, parsed.scope, partitionKey: keys.partition.name, sortKey: keys.sort?.name)
        try Self.checkTypes(keyCondition, keys)
        let view = try pageView(request, table, source, &placeholders, keyNames: keys)
        try placeholders.checkAllUsed()
        let run = source.run(keyCondition.partition, table)
        let start = try request.startKey.map { start throws(Refusal) in
            try startPlace(start, table, source, of: keyCondition.partition)
        }
        var page = ResultPage(view: view, table: table, source: source, maxBytes: pageBytes)
        if let run { Self.read(run, keyCondition.range, request, start, into: &page) }
        return page.answer(request)
    }

    private static func read(
        _ run: ItemRun, _ range: KeyCondition.Range, _ request: ItemRequest,
        _ start: (sort: KeyValue?, key: ItemKey)?, into page: inout ResultPage
    ) {
        var places = run.places(in: range)
        if request.isForward {
            if let start {
                let lower = max(places.lowerBound, run.placeAfter(sort: start.sort, key: start.key))
                places = lower..<max(lower, places.upperBound)
            }
            for place in places { guard page.take(run.entries[place].item) else { return } }
        } else {
            if let start {
                let upper = min(places.upperBound, run.placeOf(sort: start.sort, key: start.key))
                places = min(places.lowerBound, upper)..<upper
            }
            for place in places.reversed() { guard page.take(run.entries[place].item) else { return } }
        }
    }

    private static func checkTypes(
        _ condition: KeyCondition, _ keys: (partition: TableDefinition.Key, sort: TableDefinition.Key?)
    ) throws(Refusal) {
        let mismatch = Refusal.validation(
            "One or more parameter values were invalid: Condition parameter type does not match schema type")
        guard condition.partition.value.typeCode == keys.partition.type else { throw mismatch }
        guard !condition.partition.isEmpty else {
            throw TableDefinition.emptyKey(keys.partition, "Key: \(keys.partition.name)")
        }
        let values: [KeyValue]
        switch condition.range {
        case .all: values = []
        case .compare(_, let value): values = [value]
        case .between(let lower, let upper): values = [lower, upper]
        case .beginsWith(let prefix): values = [prefix]
        }
        for value in values where value.value.typeCode != keys.sort?.type { throw mismatch }
    }

    // MARK: For Query and Scan

    func source(_ request: ItemRequest, _ table: Table) throws(Refusal) -> QuerySource {
        guard let name = request.indexName else { return .table }
        guard let index = table.index(named: name) else {
            throw .validation("The table does not have the specified index: \(name)")
        }
        guard !request.isConsistent else {
            throw .validation("Consistent reads are not supported on global secondary indexes")
        }
        return .index(index)
    }

    func pageView(
        _ request: ItemRequest, _ table: Table, _ source: QuerySource, _ placeholders: inout Placeholders,
        keyNames: (partition: TableDefinition.Key, sort: TableDefinition.Key?)?
    ) throws(Refusal) -> PageView {
        if let limit = request.limit, limit < 1 {
            throw .validation(
                RequestDocument.constraint(
                    String(limit), "limit", "Member must have value greater than or equal to 1"))
        }
        let filter = try condition(request.filterExpression, in: "FilterExpression", &placeholders)
        if let filter, let keyNames {
            var forbidden: Text?
            filter.tree.forEachPath { path in
                let name = filter.scope.names[path.root]
                if name == keyNames.partition.name || name == keyNames.sort?.name { forbidden = name }
            }
            if let forbidden {
                throw .validation(
                    "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
                        + forbidden.string)
            }
        }
        let projection = try projection(request.projectionExpression, &placeholders)
        switch request.select {
        case nil, "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT": break
        case let other?:
            throw .validation(
                RequestDocument.constraint(
                    other, "select",
                    "Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, "
                        + "ALL_PROJECTED_ATTRIBUTES]"))
        }
        if request.select == "SPECIFIC_ATTRIBUTES", projection == nil {
            throw .validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                    + "SPECIFIC_ATTRIBUTES")
        }
        if projection != nil, let select = request.select, select != "SPECIFIC_ATTRIBUTES" {
            throw .validation("Cannot specify the ProjectionExpression when choosing to get \(select)")
        }
        return PageView(
            filter: filter, projection: projection, limit: request.limit ?? .max,
            isCount: request.select == "COUNT")
    }

    /// Where a page goes on. The key must be one that a page of this query could have ended with.
    func startPlace(
        _ start: AttributeMap, _ table: Table, _ source: QuerySource, of partition: KeyValue?
    ) throws(Refusal) -> (sort: KeyValue?, key: ItemKey) {
        let definition = table.definition
        var names = definition.keyNames
        let keys = source.keys(table)
        if case .index(let index) = source {
            names += index.definition.keyNames.filter { !names.contains($0) }
        }
        guard start.entries.count == names.count, names.allSatisfy({ start[$0] != nil }) else {
            throw .validation("The provided starting key is invalid")
        }
        let key: ItemKey
        do throws(Refusal) {
            key = try definition.key(ofItem: start)
        } catch {
            throw .validation("The provided starting key is invalid: \(error.message)")
        }
        guard start[keys.partition.name]?.typeCode == keys.partition.type,
            keys.sort == nil || start[keys.sort!.name]?.typeCode == keys.sort?.type
        else { throw .validation("The provided starting key is invalid") }
        if let partition, start[keys.partition.name] != partition.value {
            throw .validation(
                "The provided starting key is outside query boundaries based on provided conditions")
        }
        return (keys.sort.flatMap { start[$0.name] }.flatMap { KeyValue($0) }, key)
    }
}
