import AWSCalls
import JSON
import Ticketing

/// One page of a query's answer.
struct QueryPage<Element: Sendable>: Sendable {
    var elements: [Element] = []
    var count = 0
    /// JSON, as it came: where the next page begins. Nil at the end.
    var next: [UInt8]?
}

extension TableCalls {
    private static var keysPerGet: Int { 100 }

    /// One page. `write` adds the key condition and whatever else the query needs; `read` reads one item.
    func query<Element: Sendable>(
        after start: [UInt8]?, doing work: @autoclosure () -> String, _ write: (inout JSONWriter) -> Void,
        _ read: @escaping @Sendable (inout JSONReader) throws(JSONError) -> Element?
    ) async throws(PortError) -> QueryPage<Element> {
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            writer.member("TableName", table)
            if let start { writer.member("ExclusiveStartKey", raw: start) }
            write(&writer)
        }
        // A page of a megabyte takes its time.
        let request = AWSRequest(
            .dynamoDB, "Query", body: writer.take(), timeoutMs: 10_000, attemptTimeoutMs: 4000)
        do throws(AWSError) {
            return try await calls.call(request) { reader throws(JSONError) in
                try Self.page(&reader, read)
            }
        } catch {
            throw PortError(error, doing: work(), isRead: true)
        }
    }

    private static func page<Element>(
        _ reader: inout JSONReader, _ read: (inout JSONReader) throws(JSONError) -> Element?
    ) throws(JSONError) -> QueryPage<Element> {
        var page = QueryPage<Element>()
        var count: Int?
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "Items":
                try reader.array { reader throws(JSONError) in
                    if let element = try read(&reader) { page.elements.append(element) }
                }
            case "Count": count = try reader.integer(in: 0...Int.max)
            case "LastEvaluatedKey": if try !reader.takeNull() { page.next = try StartKey.read(&reader) }
            default: try reader.skip()
            }
        }
        // Every page says it: an answer without is no empty page, but none.
        guard let count else { throw reader.missingMember("Count") }
        page.count = count
        return page
    }

    /// Items by their partition keys, strongly consistent, in no order; those that are not there are missing.
    func getMany(
        _ partitions: [String], doing work: @autoclosure () -> String
    ) async throws(PortError) -> [Item] {
        var found: [Item] = []
        var wanted = partitions
        var attempt = 1
        while !wanted.isEmpty {
            let batch = Array(wanted.prefix(Self.keysPerGet))
            let (items, unprocessed) = try await getBatch(batch, work())
            found += items
            // What the service had no room for comes again, after a moment.
            wanted = Array(wanted.dropFirst(batch.count)) + unprocessed
            guard !unprocessed.isEmpty else { continue }
            attempt = unprocessed.count < batch.count ? 1 : attempt
            guard await calls.pauseBeforeRetry(afterAttempt: attempt, isThrottled: true) else {
                throw PortError(
                    .throttled, "\(work()): the table had no room for all of them, and no retry is left")
            }
            attempt += 1
        }
        return found
    }

    private func getBatch(
        _ partitions: [String], _ work: String
    ) async throws(PortError) -> (items: [Item], unprocessed: [String]) {
        var writer = JSONWriter(capacity: 4096)
        writer.object { writer in
            writer.object("RequestItems") { writer in
                writer.name(table)
                writer.object { writer in
                    writer.member("ConsistentRead", true)
                    writer.array("Keys") { writer in
                        for partition in partitions {
                            writer.object { writer in
                                writer.string("pk", partition)
                                writer.string("sk", ItemKey.alone)
                            }
                        }
                    }
                }
            }
        }
        do throws(AWSError) {
            return try await calls.call(AWSRequest(.dynamoDB, "BatchGetItem", body: writer.take())) {
                reader throws(JSONError) in
                var items: [Item]?
                var unprocessed: [String] = []
                try reader.object { name, reader throws(JSONError) in
                    switch name {
                    case "Responses":
                        var read: [Item] = []
                        try Self.eachOfTable(&reader) { reader throws(JSONError) in
                            read.append(try Item(&reader))
                        }
                        items = read
                    case "UnprocessedKeys": unprocessed = try Self.unprocessed(&reader)
                    default: try reader.skip()
                    }
                }
                guard let items else { throw reader.missingMember("Responses") }
                return (items, unprocessed)
            }
        } catch {
            throw PortError(error, doing: work, isRead: true)
        }
    }

    private static func eachOfTable(
        _ reader: inout JSONReader, _ read: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try reader.object { _, reader throws(JSONError) in try reader.array(read) }
    }

    private static func unprocessed(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        var partitions: [String] = []
        try reader.object { _, reader throws(JSONError) in
            try reader.object { name, reader throws(JSONError) in
                guard name == "Keys" else { return try reader.skip() }
                try reader.array { reader throws(JSONError) in
                    let key = try Item(&reader)
                    guard let partition = try? key.text("pk") else { throw reader.missingMember("pk") }
                    partitions.append(partition)
                }
            }
        }
        return partitions
    }
}

/// A key that is sent back as it came. Ours are all strings.
enum StartKey {
    static func read(_ reader: inout JSONReader) throws(JSONError) -> [UInt8] {
        var parts: [(String, String)] = []
        try reader.object { name, reader throws(JSONError) in
            var text = ""
            try reader.object { type, reader throws(JSONError) in
                guard type == "S" else { throw reader.invalidValue("must be a string, as all our keys are") }
                text = try reader.string()
            }
            parts.append((String(name), text))
        }
        var writer = JSONWriter()
        writer.object { writer in
            for (name, text) in parts {
                writer.name(name)
                writer.object { $0.member("S", text) }
            }
        }
        return writer.take()
    }
}
