import JSON

/// What the caller wants to see of the items that are read.
struct PageView {
    let filter: (tree: Condition, scope: ExpressionScope)?
    let projection: (tree: Projection, scope: ExpressionScope)?
    let limit: Int
    let isCount: Bool
}

/// One page of a query or a scan. It ends at the limit, which counts what was read and not what passed the filter,
/// or at a megabyte if nobody wants it earlier, which is counted before the filter and the projection.
struct ResultPage {
    private let view: PageView
    private let table: Table
    private let source: QuerySource
    private var items: [AttributeMap] = []
    private var matched = 0
    private var scanned = 0
    private var bytes = 0
    private var last: StoredItem?
    private var isCut = false

    private let maxBytes: Int

    init(view: PageView, table: Table, source: QuerySource, maxBytes: Int) {
        self.view = view
        self.table = table
        self.source = source
        self.maxBytes = maxBytes
    }

    /// Reads one item; false when the page is full.
    mutating func take(_ item: StoredItem) -> Bool {
        let visible = source.visible(item, table)
        scanned += 1
        bytes += visible.size
        last = item
        if view.filter.map({ $0.tree.holds(for: visible, $0.scope) }) ?? true {
            matched += 1
            if !view.isCount {
                items.append(view.projection.map { $0.tree.applied(to: visible, $0.scope) } ?? visible)
            }
        }
        isCut = scanned >= view.limit || bytes >= maxBytes
        return !isCut
    }

    func answer(_ request: ItemRequest) -> TableAnswer {
        var use = CapacityUse()
        let units = CapacityUnits(
            halfReads: CapacityUnits.halfReads(bytes: bytes, isConsistent: request.isConsistent))
        if case .index(let index) = source {
            use.add(units, to: index.definition.name)
        } else {
            use.table = units
        }
        var writer = JSONWriter(capacity: 4_096)
        writer.object { writer in
            if !view.isCount {
                writer.array("Items") { writer in
                    for item in items { writer.object { item.writeMembers(to: &$0) } }
                }
            }
            writer.member("Count", matched)
            writer.member("ScannedCount", scanned)
            if isCut, let last { source.pageKey(of: last, table).write("LastEvaluatedKey", to: &writer) }
            use.write(table.definition.name, request.returnCapacity, to: &writer)
        }
        return TableAnswer(body: writer.take(), use: use.total)
    }
}
