import JSON

/// What a transaction came to: nothing, or a reason for each of its items.
enum TransactOutcome: Sendable {
    case done
    case cancelled([Reason])

    enum Reason: Sendable {
        /// Nothing against this item.
        case none
        /// Its condition failed on this; nil when there was no item.
        case condition(Item?)
        /// Somebody else is writing it: again, a little later.
        case conflict
        /// More is written than may be: a retry, if there is one left.
        case throttled
        /// The request is wrong.
        case wrong(String)
    }

    /// `count` is how many items the transaction had: each has a reason.
    init(cancelledBy body: [UInt8], count: Int) throws(JSONError) {
        let reasons: [Reason]? = try JSONReader.read(body, depthLimit: 32) { reader throws(JSONError) in
            var reasons: [Reason]?
            try reader.object { name, reader throws(JSONError) in
                guard name == "CancellationReasons" else { return try reader.skip() }
                var read: [Reason] = []
                try reader.array(elementLimit: 100) { reader throws(JSONError) in
                    read.append(try Self.reason(&reader))
                }
                reasons = read
            }
            return reasons
        }
        guard let reasons else {
            throw JSONError(.missingMember, "must have the member \"CancellationReasons\"", offset: 0)
        }
        guard reasons.count == count else {
            throw JSONError(.invalidValue, "must have a reason for each of \(count) items", offset: 0)
        }
        self = .cancelled(reasons)
    }

    private static func reason(_ reader: inout JSONReader) throws(JSONError) -> Reason {
        var code = "None"
        var message = ""
        var item: Item?
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "Code": code = try reader.string()
            case "Message": if try !reader.takeNull() { message = try reader.string() }
            case "Item": if try !reader.takeNull() { item = try Item(&reader) }
            default: try reader.skip()
            }
        }
        switch code {
        case "None": return .none
        case "ConditionalCheckFailed": return .condition(item)
        case "TransactionConflict": return .conflict
        case "ThrottlingError", "ProvisionedThroughputExceeded": return .throttled
        case "ItemCollectionSizeLimitExceeded", "ValidationError": return .wrong("\(code): \(message)")
        default: throw reader.invalidValue("must be a reason that DynamoDB lists")
        }
    }
}

extension [TransactOutcome.Reason] {
    /// What stands in the way goes by itself, and hides what else may be wrong.
    var isBusy: Bool {
        contains {
            switch $0 {
            case .conflict, .throttled: true
            case .none, .condition, .wrong: false
            }
        }
    }

    var isThrottled: Bool {
        contains { if case .throttled = $0 { true } else { false } }
    }

    var wrong: String? {
        for case .wrong(let message) in self { return message }
        return nil
    }

    func failed(_ index: Int) -> Bool {
        guard indices.contains(index), case .condition = self[index] else { return false }
        return true
    }

    /// What stood there when the condition failed.
    func found(_ index: Int) -> Item? {
        guard indices.contains(index), case .condition(let item) = self[index] else { return nil }
        return item
    }
}
