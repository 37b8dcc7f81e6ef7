/// From the operation to what does it.
extension DynamoStore {
    func answer(
        _ operation: Operation, _ body: UnsafeRawBufferPointer, trouble: Trouble = Trouble(),
        leavesOut: Bool = false
    ) throws(Refusal) -> TableAnswer {
        switch operation {
        case .getItem: try getItem(body)
        case .putItem: try putItem(body)
        case .updateItem: try updateItem(body)
        case .deleteItem: try deleteItem(body)
        case .query: try query(body)
        case .scan: try scan(body)
        case .batchGetItem: try batchGetItem(body, leavesOut: leavesOut)
        case .batchWriteItem: try batchWriteItem(body, leavesOut: leavesOut)
        case .transactGetItems: try transactGetItems(body, trouble: trouble)
        case .transactWriteItems: try transactWriteItems(body, trouble: trouble)
        case .createTable: try createTable(body)
        case .describeTable: try describeTable(body)
        case .deleteTable: try deleteTable(body)
        case .listTables: try listTables(body)
        case .updateTimeToLive: try updateTimeToLive(body)
        case .describeTimeToLive: try describeTimeToLive(body)
        default: throw Refusal("UnknownOperationException", "", origin: .gate)
        }
    }
}
