import JSON

/// How often what goes wrong, in percent of the calls, as POST /faults takes it.
package struct FaultSettings: Equatable {
    package var seed: Int64 = 1
    package var throttlePercent = 0.0
    /// A 500 and nothing was done.
    package var errorBeforePercent = 0.0
    /// A 500 although it was done.
    package var errorAfterPercent = 0.0
    /// It was done, and the connection ends without an answer.
    package var dropPercent = 0.0
    /// A message that is received is delivered once more.
    package var duplicatePercent = 0.0
    /// A transaction, or the write of one item, meets another transaction.
    package var conflictPercent = 0.0
    /// The last part of a table's batch comes back unprocessed, and the last entry of a queue's failed.
    package var unprocessedPercent = 0.0
    package var latencyMs = 0
    package var spikePercent = 0.0
    package var spikeMs = 0
    /// How long a transaction's items count as being in it after it was answered.
    package var transactionHoldMs = 0
    /// Where a page of a query or a scan ends; 0 is as AWS has it, at a megabyte.
    package var pageBytes = 0
    /// Names of operations that are concerned; empty for all.
    package var operations: [String] = []

    package init() {}

    static func read(_ body: UnsafeRawBufferPointer) throws(JSONError) -> FaultSettings {
        var settings = FaultSettings()
        try JSONReader.read(body) { reader throws(JSONError) in
            try reader.object { name, reader throws(JSONError) in
                switch name {
                case "seed": settings.seed = try reader.integer()
                case "throttlePercent": settings.throttlePercent = try percent(&reader)
                case "errorBeforePercent": settings.errorBeforePercent = try percent(&reader)
                case "errorAfterPercent": settings.errorAfterPercent = try percent(&reader)
                case "dropPercent": settings.dropPercent = try percent(&reader)
                case "duplicatePercent": settings.duplicatePercent = try percent(&reader)
                case "conflictPercent": settings.conflictPercent = try percent(&reader)
                case "unprocessedPercent": settings.unprocessedPercent = try percent(&reader)
                case "latencyMs": settings.latencyMs = try reader.integer(in: 0...30_000)
                case "spikePercent": settings.spikePercent = try percent(&reader)
                case "spikeMs": settings.spikeMs = try reader.integer(in: 0...30_000)
                case "transactionHoldMs": settings.transactionHoldMs = try reader.integer(in: 0...60_000)
                case "pageBytes": settings.pageBytes = try reader.integer(in: 0...1_048_576)
                case "operations":
                    try reader.array { reader throws(JSONError) in
                        settings.operations.append(try operation(&reader))
                    }
                default: throw reader.unknownMember()
                }
            }
        }
        return settings
    }

    private static func percent(_ reader: inout JSONReader) throws(JSONError) -> Double {
        let value = try reader.double()
        guard 0...100 ~= value else { throw reader.invalidValue("must be from 0 to 100") }
        return value
    }

    static func operation(_ reader: inout JSONReader) throws(JSONError) -> String {
        let name = try reader.string()
        guard Operation.byName[name] != nil else {
            throw reader.invalidValue("must be an operation like DynamoDB.GetItem or SQS.SendMessageBatch")
        }
        return name
    }

    func write(to writer: inout JSONWriter) {
        writer.member("seed", seed)
        writer.member("throttlePercent", throttlePercent)
        writer.member("errorBeforePercent", errorBeforePercent)
        writer.member("errorAfterPercent", errorAfterPercent)
        writer.member("dropPercent", dropPercent)
        writer.member("duplicatePercent", duplicatePercent)
        writer.member("conflictPercent", conflictPercent)
        writer.member("unprocessedPercent", unprocessedPercent)
        writer.member("latencyMs", latencyMs)
        writer.member("spikePercent", spikePercent)
        writer.member("spikeMs", spikeMs)
        writer.member("transactionHoldMs", transactionHoldMs)
        writer.member("pageBytes", pageBytes)
        writer.array("operations") { writer in for name in operations { writer.element(name) } }
    }
}
