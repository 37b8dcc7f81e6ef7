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
        /// Somebody else is writing it, or too much is written: again, a little later.
        case busy
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
        case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded": return .busy
        default: return .wrong("\(code): \(message)")
        }
    }
}

extension [TransactOutcome.Reason] {
    var isBusy: Bool {
        contains { if case .busy = $0 { true } else { false } }
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
