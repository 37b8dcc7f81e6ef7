import EventLoop
import Glibc
import Telemetry
import Ticketing

/// One run of a command, on one loop: what it was given and where it speaks.
struct CommandRun: Sendable {
    let arguments: CommandArguments
    let configuration: ToolConfiguration
    let environment: [String: String]
    let console: Console
    let loop: EventLoop

    var clock: any WallClock { LoopWallClock(loop: loop) }

    /// Lines of the parts that log go where they cannot get between the answers.
    var logger: Logger {
        Logger(
            service: Executable.tool.rawValue, level: configuration.logLevel,
            sink: DescriptorLogSink(descriptor: STDERR_FILENO))
    }

    /// Opens the stores for a command that works with what is there: a mistyped path must not become an empty
    /// store that looks like a lost one.
    func existingStores() throws(CommandFailure) -> Stores {
        let locations = configuration.stores
        for path in locations.all.compactMap(\.path) {
            guard access(path, F_OK) == 0 else {
                throw .noInput(
                    "there is no store at \(path): `ticket run` or `ticket events import` makes one, --data "
                        + "says where it is")
            }
        }
        return try stores()
    }

    /// Opens the stores and makes those that are not there.
    func stores() throws(CommandFailure) -> Stores {
        do throws(PortError) {
            return try Stores(configuration.stores)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// An id that was given on the command line.
    func event() throws(CommandFailure) -> EventID? {
        guard let text = arguments.value("--event") else { return nil }
        do throws(InvalidValue) {
            return try EventID(text)
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// Calls a port and gives its error the exit code that belongs to it.
func asking<Value>(
    _ body: () async throws(PortError) -> Value
) async throws(CommandFailure) -> Value {
    do throws(PortError) {
        return try await body()
    } catch {
        throw CommandFailure(error)
    }
}
