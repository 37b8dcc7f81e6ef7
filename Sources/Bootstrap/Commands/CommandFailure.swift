import Ticketing

/// Why a command ended without doing what it was asked to: a line for a person, a code for a script.
struct CommandFailure: Error {
    let message: String
    let exitCode: Int32

    /// Codes of `sysexits.h`, so that scripts can tell them apart.
    static let usageCode: Int32 = 64
    private static let badDataCode: Int32 = 65
    private static let noInputCode: Int32 = 66
    private static let unavailableCode: Int32 = 69
    private static let cannotCreateCode: Int32 = 73

    static func usage(_ message: String) -> CommandFailure {
        CommandFailure(message: "\(message); `ticket help` lists the commands", exitCode: usageCode)
    }

    static func badData(_ message: String) -> CommandFailure {
        CommandFailure(message: message, exitCode: badDataCode)
    }

    static func noInput(_ message: String) -> CommandFailure {
        CommandFailure(message: message, exitCode: noInputCode)
    }

    static func unavailable(_ message: String) -> CommandFailure {
        CommandFailure(message: message, exitCode: unavailableCode)
    }

    static func cannotCreate(_ message: String) -> CommandFailure {
        CommandFailure(message: message, exitCode: cannotCreateCode)
    }

    /// Not an error of the command: it looked, and what it found is not as it should be.
    static func finding(_ message: String) -> CommandFailure { CommandFailure(message: message, exitCode: 1) }

    init(message: String, exitCode: Int32) {
        self.message = message
        self.exitCode = exitCode
    }

    init(_ error: PortError) {
        self.init(message: error.description, exitCode: Self.unavailableCode)
    }

    init(_ error: ConfigurationError) {
        self.init(message: error.message, exitCode: Self.usageCode)
    }

    init(_ error: InvalidValue) {
        self.init(message: error.description, exitCode: Self.usageCode)
    }
}
