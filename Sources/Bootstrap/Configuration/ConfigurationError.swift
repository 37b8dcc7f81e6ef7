/// Why a program does not start: one line that names the setting, its value, and what would be right.
package struct ConfigurationError: Error, Equatable, Sendable {
    package enum Code: Equatable, Sendable {
        case unknownFlag
        case unknownVariable
        case unexpectedArgument
        case missingValue
        case givenTwice
        case badValue
        case unreadableFile
        case contradiction
    }

    /// What `sysexits.h` calls a wrong use of the command line.
    package static let exitCode: Int32 = 64

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        // A value may hold anything; the message stays one line that a terminal can show.
        self.message = String(
            String.UnicodeScalarView(
                message.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }))
    }

    /// A value that its setting does not accept. `source` is the flag or the variable that carried it.
    static func badValue(_ setting: Setting, source: String, text: String) -> ConfigurationError {
        let given = setting.isSecret ? source : "\(source)=\(shown(text))"
        return ConfigurationError(.badValue, "\(given) is not right: it must be \(setting.expectation)")
    }

    /// What may be printed of something that was given: a URL may hold a password, and a line has an end.
    static func shown(_ text: String) -> String {
        let value = AdapterLocation.withoutPassword(text)
        return value.count > 80 ? value.prefix(80) + "…" : value
    }
}
