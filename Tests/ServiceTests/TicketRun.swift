import Glibc
import JSON
import Testing
import TicketingTesting

/// `ticket run` as a process, and the other commands of `ticket` beside it.
struct TicketRun {
    let process: ServiceProcess
    let client: LoopbackClient
    let admin: LoopbackClient
    let data: String

    init(_ data: ScratchDirectory, _ arguments: [String] = []) throws {
        self.data = data.path
        process = try ServiceProcess(
            "ticket", ["run", "--port", "0", "--admin-port", "0", "--demo", "--data", data.path] + arguments)
        let ready = try #require(ReadyLine(process.waitForOutput("\"message\":\"ready\"")), "\(process.text)")
        client = LoopbackClient(ready.address)
        admin = LoopbackClient(ready.admin)
    }

    /// Ends it as Ctrl-C does.
    func end() -> Int32 {
        process.send(SIGINT)
        return process.waitForExit()
    }

    struct Answer {
        let code: Int32
        let text: String

        var json: JSONValue? { try? JSONValue(parsing: text) }
    }

    /// Another command on the same data, as a process of its own.
    func command(_ words: [String]) throws -> Answer {
        let process = try ServiceProcess("ticket", words + ["--data", data])
        let code = process.waitForExit()
        return Answer(code: code, text: process.text)
    }
}
