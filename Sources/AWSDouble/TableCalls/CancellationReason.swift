import JSON

/// Why one action of a transaction did not allow it, in the order of the actions.
enum CancellationReason {
    case none
    case conditionFailed(StoredItem?)
    case conflict
    case throttled
    case invalid(String)

    var code: String {
        switch self {
        case .none: "None"
        case .conditionFailed: "ConditionalCheckFailed"
        case .conflict: "TransactionConflict"
        case .throttled: "ThrottlingError"
        case .invalid: "ValidationError"
        }
    }

    private var message: String? {
        switch self {
        case .none: nil
        case .conditionFailed: "The conditional request failed"
        case .conflict: "Transaction is ongoing for the item"
        case .throttled: "Throughput exceeds the current capacity of your table or index"
        case .invalid(let message): message
        }
    }

    static func refusal(_ reasons: [CancellationReason]) -> Refusal {
        var refusal = Refusal(
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
                + "[\(reasons.map(\.code).joined(separator: ", "))]")
        var writer = JSONWriter()
        writer.array { writer in
            for reason in reasons { writer.object { reason.writeMembers(to: &$0) } }
        }
        refusal.members.append(("CancellationReasons", writer.take()))
        return refusal
    }

    private func writeMembers(to writer: inout JSONWriter) {
        writer.member("Code", code)
        if let message { writer.member("Message", message) }
        if case .conditionFailed(let item?) = self { item.attributes.write("Item", to: &writer) }
    }
}
