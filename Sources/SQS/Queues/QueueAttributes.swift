import JSON
import Ticketing

/// What a queue says about itself: all of it strings.
struct QueueAttributes: Sendable {
    private let values: [String: String]

    /// Of every queue; whoever is told less was not told of a queue.
    private static let counts = [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]

    init(_ reader: inout JSONReader) throws(JSONError) {
        var values: [String: String] = [:]
        try reader.object { name, reader throws(JSONError) in
            guard name == "Attributes" else { return try reader.skip() }
            try reader.object { name, reader throws(JSONError) in
                values[String(name)] = try reader.string()
            }
        }
        for name in Self.counts {
            guard let count = values[name].flatMap({ Int($0) }), count >= 0 else {
                throw reader.invalidValue("must say \(name)")
            }
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    /// Deliverable, or behind another of their group.
    var visible: Int { count(0) }
    /// Received and not yet deleted, or put off.
    var inFlight: Int { count(1) + count(2) }

    private func count(_ place: Int) -> Int { values[Self.counts[place]].flatMap { Int($0) } ?? 0 }

    /// Where messages go that were received too often, and when.
    func redrivePolicy() throws(PortError) -> (deadQueueARN: String, maxReceiveCount: Int) {
        guard let policy = values["RedrivePolicy"] else {
            throw PortError(.rejected, "the queue has no redrive policy, so no message would ever be dead")
        }
        var arn: String?
        var count: Int?
        do throws(JSONError) {
            try JSONReader.read(Array(policy.utf8)) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in
                    switch name {
                    case "deadLetterTargetArn": arn = try reader.string()
                    case "maxReceiveCount":
                        // Both ways are accepted when it is set, and given back as they were.
                        count =
                            try reader.kind() == .string
                            ? Int(try reader.string()) : try reader.integer(in: 1...1000)
                    default: try reader.skip()
                    }
                }
            }
        } catch {
            throw PortError(.corrupt, "the queue's redrive policy makes no sense", cause: error)
        }
        guard let arn, let count, count > 0 else {
            throw PortError(.corrupt, "the queue's redrive policy makes no sense")
        }
        return (arn, count)
    }
}
