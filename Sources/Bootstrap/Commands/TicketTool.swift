import EventLoop
import Glibc
import Ticketing

/// The `ticket` command, from its arguments to its exit code.
package enum TicketTool {
    static let commands: [Command] =
        EventCommands.all + OrderCommands.all + QueueCommands.all + LedgerCommands.all
        + [TokenIssue.command, Integrity.command, Doctor.command] + DatabaseCommands.all + [
            CloudCreateCommand.command
        ]
        + PolicyCommands.all + LoadCommands.all

    /// Never returns: `run` serves until it is told to stop, everything else ends with its exit code.
    package static func main() -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst())
        // The commands read a part of what `ticket run` reads.
        if arguments.first == "--print-config" { RunCommand.main(arguments) }
        if arguments.first == "run" { RunCommand.main(Array(arguments.dropFirst())) }
        if arguments.first == HealthQuestion.word, !arguments.contains("--help") {
            RunCommand.main(arguments)
        }
        exit(
            run(arguments, environment: ProcessSurroundings.environment(), output: ProcessOutput()))
    }

    /// Runs one command to its end, on a loop of the calling thread, and gives its exit code.
    package static func run(
        _ arguments: [String], environment: [String: String], output: any CommandOutput
    ) -> Int32 {
        let console = Console(isJSON: arguments.contains("--json"), output: output)
        do throws(CommandFailure) {
            guard let (command, rest) = try find(arguments, console) else { return 0 }
            try ShortLoop.run { loop async throws(CommandFailure) in
                let arguments = try CommandArguments(rest, options: command.options)
                let run = CommandRun(
                    arguments: arguments, configuration: try configuration(arguments, environment),
                    environment: environment, console: console, loop: loop)
                try await command.run(run)
            }
            return 0
        } catch {
            if !error.message.isEmpty { console.complain("ticket: \(error.message)") }
            return error.exitCode
        }
    }

    /// The command and what stands behind its name; nil when the answer was help.
    private static func find(
        _ arguments: [String], _ console: Console
    ) throws(CommandFailure) -> (Command, [String])? {
        var words = Array(arguments.prefix { !$0.hasPrefix("-") })
        let asksForHelp = words.first == "help" || arguments.contains("--help") || arguments.contains("-h")
        if words.first == "help" { words.removeFirst() }
        if words.isEmpty {
            if arguments.contains("--version") {
                console.raw(Array("ticket \(Executable.version)\n".utf8))
                return nil
            }
            guard asksForHelp || arguments.isEmpty else {
                throw .usage("`\(arguments[0])` stands before a command: give the command first")
            }
            console.raw(Array(CommandHelp.overview(commands).utf8))
            guard asksForHelp else { throw CommandFailure(message: "", exitCode: CommandFailure.usageCode) }
            return nil
        }
        if words.first == "run" || words.first == HealthQuestion.word {
            console.raw(Array(RunCommand.help.utf8))
            return nil
        }
        let found = commands.first { command in
            words.starts(with: command.name.split(separator: " ").map(String.init))
        }
        guard let found else { throw CommandHelp.unknown(words, among: commands) }
        guard !asksForHelp else {
            console.raw(Array(found.help.utf8))
            return nil
        }
        return (found, Array(arguments.dropFirst(found.name.split(separator: " ").count)))
    }

    private static func configuration(
        _ arguments: CommandArguments, _ environment: [String: String]
    ) throws(CommandFailure) -> ToolConfiguration {
        do throws(ConfigurationError) {
            return try ToolConfiguration.read(arguments: arguments.settings, environment: environment)
        } catch {
            throw CommandFailure(error)
        }
    }
}
