/// Scan: everything, in the order of the partitions' hashes, whole or by segments.
extension DynamoStore {
    func scan(_ body: UnsafeRawBufferPointer) throws(Refusal) -> TableAnswer {
        let request = try ItemRequest.parse(body)
        let table = try table(request.tableName)
        let source = try source(request, table)
        var placeholders = try request.placeholders(
            hasExpression: request.filterExpression != nil || request.projectionExpression != nil)
        let view = try pageView(request, table, source, &placeholders, keyNames: nil)
        try placeholders.checkAllUsed()
        let (segment, total) = try Self.segment(request)
        let start = try request.startKey.map { start throws(Refusal) in
            (
                partition: start[source.keys(table).partition.name].flatMap { KeyValue($0) },
                place: try startPlace(start, table, source, of: nil)
            )
        }
        let runs = source.runs(table)
        var order = runs.keys.map { ($0.stableHash, $0) }.filter { Int($0.0 % UInt64(total)) == segment }
        order.sort(by: Self.precedes)
        if let partition = start?.partition {
            let first = (partition.stableHash, partition)
            order.removeAll { Self.precedes($0, first) }
        }
        var page = ResultPage(view: view, table: table, source: source, maxBytes: pageBytes)
        for (_, partition) in order {
            guard let run = runs[partition] else { continue }
            var place = 0
            if let start, start.partition == partition {
                place = run.placeAfter(sort: start.place.sort, key: start.place.key)
            }
            for entry in run.entries[place...] {
                guard page.take(entry.item) else { return page.answer(request) }
            }
        }
        return page.answer(request)
    }

    private static func precedes(_ left: (UInt64, KeyValue), _ right: (UInt64, KeyValue)) -> Bool {
        left.0 != right.0 ? left.0 < right.0 : KeyValue.order(left.1, right.1) < 0
    }

    private static func segment(_ request: ItemRequest) throws(Refusal) -> (Int, Int) {
        guard request.segment != nil || request.totalSegments != nil else { return (0, 1) }
        guard let total = request.totalSegments else {
            throw .validation(
                "The TotalSegments parameter is required but was not present in the request when "
                    + "Segment parameter is present")
        }
        guard let segment = request.segment else {
            throw .validation(
                "The Segment parameter is required but was not present in the request when "
                    + "parameter TotalSegments is present")
        }
        guard 1...1_000_000 ~= total else {
            throw .validation(
                RequestDocument.constraint(
                    String(total), "totalSegments", "Member must have value between 1 and 1000000"))
        }
        guard 0..<total ~= segment else {
            throw .validation(
                "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                    + "Segment: \(segment) is not less than TotalSegments: \(total)")
        }
        return (segment, total)
    }
}
