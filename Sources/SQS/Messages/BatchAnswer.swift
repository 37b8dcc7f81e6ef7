import JSON
import Ticketing

/// What a batch came to, entry by entry: a service that answers 200 may still have refused some of them. Entries are
/// named by their place.
struct BatchAnswer: Sendable {
    struct Failure: Sendable {
        var code = ""
        var message = ""
        /// The entry is wrong, and would be again.
        var isSendersFault = false
    }

    private let failed: [Int: Failure]

    /// `count` entries were sent, and the answer has to say what became of each.
    init(_ reader: inout JSONReader, count: Int) throws(JSONError) {
        var done: Set<Int> = []
        var failed: [Int: Failure] = [:]
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "Successful":
                if try reader.takeNull() { return }
                try reader.array(elementLimit: 10) { reader throws(JSONError) in
                    done.insert(try Self.entry(&reader).place)
                }
            case "Failed":
                if try reader.takeNull() { return }
                try reader.array(elementLimit: 10) { reader throws(JSONError) in
                    let entry = try Self.entry(&reader)
                    failed[entry.place] = entry.failure
                }
            default: try reader.skip()
            }
        }
        guard done.count + failed.count == count, done.isDisjoint(with: failed.keys),
            done.union(failed.keys).allSatisfy((0..<count).contains)
        else { throw reader.invalidValue("must name each of \(count) entries once") }
        self.failed = failed
    }

    private static func entry(
        _ reader: inout JSONReader
    ) throws(JSONError) -> (place: Int, failure: Failure) {
        var place: Int?
        var failure = Failure()
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "Id": place = Int(try reader.string())
            case "Code": failure.code = try reader.string()
            case "Message": if try !reader.takeNull() { failure.message = try reader.string() }
            case "SenderFault": failure.isSendersFault = try reader.bool()
            default: try reader.skip()
            }
        }
        guard let place else { throw reader.invalidValue("must name an entry of the batch") }
        return (place, failure)
    }

    func result(_ place: Int, doing work: String) -> EntryResult {
        guard let failure = failed[place] else { return .done }
        if failure.isStaleReceipt { return .stale }
        let code: PortError.Code =
            failure.isSendersFault ? .rejected : failure.isThrottle ? .throttled : .failed
        return .failed(PortError(code, "\(work): \(failure.code) \(failure.message)"))
    }
}

extension BatchAnswer.Failure {
    /// The message was received again or deleted, or its visibility has ended. FIFO queues say so in words.
    var isStaleReceipt: Bool {
        switch code {
        case "ReceiptHandleIsInvalid", "MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight": true
        case "InvalidParameterValue": message.contains("eceipt") && message.contains("expired")
        default: false
        }
    }

    var isThrottle: Bool { code.contains("Throttl") }
}
