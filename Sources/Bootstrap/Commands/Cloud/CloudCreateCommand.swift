import AWSCalls
import DynamoDB
import JSON
import SQS
import Telemetry
import Ticketing

/// `ticket aws create`
enum CloudCreateCommand {
    static let command = Command(
        "aws create",
        summary: "Makes the table and the queues that the settings name, in a stand-in for AWS.",
        details: """
            What is there already is left alone. It refuses when no AWS_ENDPOINT_URL names a stand-in: in an account the
            templates of the deployment make them, with everything that belongs to them.
            """
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let variables = run.configuration.stores.toolVariables
        guard variables["AWS_ENDPOINT_URL"]?.isEmpty == false else {
            throw .usage("AWS_ENDPOINT_URL must name the stand-in that they are made in")
        }
        let (table, queue) = try names(run.configuration.stores)
        do {
            try AWSCalls.requireLibrary()
            let calls = AWSCalls(
                try AWSSettings(environment: variables),
                surroundings: CallSurroundings(
                    clock: run.clock, randomness: MachineRandomness(), metrics: MetricsRegistry()))
            defer { calls.close() }
            if let table { try await DynamoDBTable.create(table, calls: calls) }
            var queueURL: String?
            if let queue { queueURL = try await SQSQueues.create(queue, calls: calls) }
            if let table { run.console.say("table \(table) is there") }
            if let queueURL { run.console.say("queue \(queueURL) is there") }
            run.console.json { writer in
                writer.member("table", table)
                writer.member("queue", queueURL)
            }
        } catch let error as AWSError {
            throw .unavailable(error.description)
        } catch {
            throw .unavailable("\(error)")
        }
    }

    /// Nil for what is not in AWS.
    private static func names(
        _ stores: StoreLocations
    ) throws(CommandFailure) -> (table: String?, queue: String?) {
        let table = stores.ledger.scheme == .dynamodb ? stores.ledger.target : nil
        let queue = stores.queue.scheme == .sqs ? queueName(stores.queue.target) : nil
        guard table != nil || queue != nil else {
            throw .usage("neither TICKET_LEDGER nor TICKET_QUEUE is in AWS: there is nothing to make")
        }
        return (table, queue)
    }

    /// The last part of the URL, without `.fifo`.
    private static func queueName(_ url: String) -> String {
        let name = url.split(separator: "/").last.map { String($0) } ?? url
        return name.hasSuffix(".fifo") ? String(name.dropLast(5)) : name
    }
}
