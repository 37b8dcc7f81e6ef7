import JSON

/// Every call by operation, with what AWS would have billed for it.
struct CallCounts {
    private struct Row {
        var calls = 0
        var refused: [String: Int] = [:]
        var units = CapacityUnits()
        var billedRequests = 0
    }

    private var rows = [Row](repeating: Row(), count: Operation.allCases.count)

    mutating func begin(_ operation: Operation) { rows[operation.index].calls += 1 }

    mutating func bill(_ operation: Operation, units: CapacityUnits) { rows[operation.index].units += units }

    mutating func bill(_ operation: Operation, requests: Int) {
        rows[operation.index].billedRequests += requests
    }

    mutating func refuse(_ operation: Operation, _ name: String) {
        rows[operation.index].refused[name, default: 0] += 1
    }

    func write(to writer: inout JSONWriter) {
        var total = CapacityUnits()
        var requests = 0
        writer.object("calls") { writer in
            for operation in Operation.allCases {
                let row = rows[operation.index]
                guard row.calls > 0 else { continue }
                total += row.units
                requests += row.billedRequests
                writer.name(operation.name)
                writer.object { writer in
                    writer.member("calls", row.calls)
                    if operation.isQueue {
                        writer.member("billedRequests", row.billedRequests)
                    } else {
                        writer.member("readUnits", Double(row.units.halfReads) / 2)
                        writer.member("writeUnits", row.units.writes)
                    }
                    writer.object("refused") { writer in
                        for (name, count) in row.refused.sorted(by: { $0.key < $1.key }) {
                            writer.name(name)
                            writer.element(count)
                        }
                    }
                }
            }
        }
        writer.object("billed") { writer in
            writer.member("readUnits", Double(total.halfReads) / 2)
            writer.member("writeUnits", total.writes)
            writer.member("queueRequests", requests)
        }
    }
}
