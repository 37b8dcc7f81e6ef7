import Bootstrap
import JSON
import Synchronization
import TicketingTesting

/// Runs commands of `ticket` in this process, on one data directory, and keeps what they say.
final class Terminal: CommandOutput {
    private struct Said: Sendable {
        var out: [UInt8] = []
        var err: [UInt8] = []
    }

    let data = ScratchDirectory()
    private let said = Mutex(Said())

    struct Answer {
        let code: Int32
        let out: String
        let err: String

        var json: JSONValue? { try? JSONValue(parsing: out) }
    }

    /// `words` without `--data`, which is this terminal's own.
    func run(_ words: [String], environment: [String: String] = [:], ownData: Bool = true) -> Answer {
        said.withLock { $0 = Said() }
        let needsData = ownData && !words.isEmpty && !words.contains("--help") && words.first != "help"
        let code = TicketTool.run(
            words + (needsData ? ["--data", data.path] : []), environment: environment, output: self)
        return said.withLock {
            Answer(
                code: code, out: String(decoding: $0.out, as: UTF8.self),
                err: String(decoding: $0.err, as: UTF8.self))
        }
    }

    func isTerminal(_ stream: CommandStream) -> Bool { false }

    func readLine() -> String? { nil }

    func write(_ bytes: [UInt8], to stream: CommandStream) {
        said.withLock { said in
            switch stream {
            case .standardOutput: said.out += bytes
            case .standardError: said.err += bytes
            }
        }
    }
}
