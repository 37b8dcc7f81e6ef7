import HTTP
import JSON

/// What became of each entry of a batch: one bad entry does not fail the others.
struct BatchOutcome<Success> {
    private var successes: [(id: Text, value: Success)] = []
    private var failures: [(id: Text, refusal: Refusal)] = []

    /// `butLast` has the last one failed by the service itself, with nothing done.
    mutating func addEach(
        of entries: [QueueRequest.Entry], butLast: Bool,
        _ body: (QueueRequest.Entry) throws(Refusal) -> Success
    ) {
        for (place, entry) in entries.enumerated() {
            guard butLast, place == entries.count - 1 else {
                add(entry) { () throws(Refusal) in try body(entry) }
                continue
            }
            failures.append(
                (entry.id ?? "", Refusal("InternalError", "Internal Error", status: .internalError)))
        }
    }

    private mutating func add(_ entry: QueueRequest.Entry, _ body: () throws(Refusal) -> Success) {
        let id = entry.id ?? ""
        do throws(Refusal) {
            successes.append((id, try body()))
        } catch {
            failures.append((id, error))
        }
    }

    func answer(_ write: (Success, inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: 1_024)
        writer.object { writer in
            writer.array("Successful") { writer in
                for (id, value) in successes {
                    writer.object { writer in
                        writer.member("Id", id.string)
                        write(value, &writer)
                    }
                }
            }
            guard !failures.isEmpty else { return }
            writer.array("Failed") { writer in
                for (id, refusal) in failures {
                    writer.object { writer in
                        writer.member("Id", id.string)
                        writer.member("Code", refusal.queryCode ?? refusal.name)
                        writer.member("Message", refusal.message)
                        writer.member("SenderFault", refusal.status.code < 500)
                    }
                }
            }
        }
        return writer.take()
    }
}

extension QueueStore {
    /// The entries of a batch, if it is one that SQS looks at.
    static func entries(_ request: QueueRequest) throws(Refusal) -> [QueueRequest.Entry] {
        guard let entries = request.entries, !entries.isEmpty else {
            throw .queue(
                "EmptyBatchRequest", "There should be at least one entry in the request.",
                code: "AWS.SimpleQueueService.EmptyBatchRequest")
        }
        guard entries.count <= FIFOLimits.batchEntries else {
            throw .queue(
                "TooManyEntriesInBatchRequest",
                "Maximum number of entries per request are 10. You have sent \(entries.count).",
                code: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
        }
        var seen: Set<Text> = []
        for entry in entries {
            guard let id = entry.id else { throw .missingParameter("Id") }
            guard 1...80 ~= id.count, id.string.utf8.allSatisfy(Self.isIDByte) else {
                throw .queue(
                    "InvalidBatchEntryId",
                    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can "
                        + "be at most 80 letters long.", code: "AWS.SimpleQueueService.InvalidBatchEntryId")
            }
            guard seen.insert(id).inserted else {
                throw .queue(
                    "BatchEntryIdsNotDistinct", "Id \(id) repeated.",
                    code: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
            }
        }
        return entries
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        48...57 ~= byte || 97...122 ~= byte | 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
