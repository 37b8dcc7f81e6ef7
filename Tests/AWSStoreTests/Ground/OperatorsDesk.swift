import Bootstrap
import JSON
import Synchronization
import TicketingTesting

/// Commands of `ticket`, run in this process, on the table and the queue of a double; orders are embedded.
struct OperatorsDesk {
    private final class Said: CommandOutput {
        private let bytes = Mutex<[CommandStream: [UInt8]]>([:])

        func isTerminal(_ stream: CommandStream) -> Bool { false }
        func readLine() -> String? { nil }

        func write(_ more: [UInt8], to stream: CommandStream) {
            bytes.withLock { $0[stream, default: []] += more }
        }

        func text(_ stream: CommandStream) -> String {
            String(decoding: bytes.withLock { $0[stream] ?? [] }, as: UTF8.self)
        }
    }

    struct Answer {
        let code: Int32
        let out: String
        let text: String
        var json: JSONValue? { try? JSONValue(parsing: out) }
    }

    struct Trouble: Error { let text: String }

    let data = ScratchDirectory()
    private let environment: [String: String]

    init(double: DoubleChild, queueURL: String) {
        environment = [
            "TICKET_LEDGER": "dynamodb:\(TestStore.table)", "TICKET_QUEUE": "sqs:\(queueURL)",
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": double.url,
            "AWS_ACCESS_KEY_ID": DoubleChild.key.id, "AWS_SECRET_ACCESS_KEY": DoubleChild.key.secret,
        ]
    }

    /// An event, and with it the stores that commands ask for.
    func importDemo() throws {
        let demo = run(["events", "demo"], withData: false)
        let done = run(["events", "import", data.write(demo.out, to: "demo.json")])
        guard done.code == 0 else { throw Trouble(text: done.text) }
    }

    func run(
        _ words: [String], withData: Bool = true, _ variables: [String: String] = [:]
    ) -> Answer {
        let said = Said()
        let code = TicketTool.run(
            words + (withData ? ["--data", data.path] : []),
            environment: environment.merging(variables) { $1 }, output: said)
        let out = said.text(.standardOutput)
        return Answer(code: code, out: out, text: out + said.text(.standardError))
    }
}
