/// What a program was asked to do: to run, or to say something and end.
package enum CommandLineRequest: Sendable {
    case run(ServiceConfiguration)
    /// To ask the one that runs how it is; ends with 0 when all is well, else with 1.
    case askHealth(HealthQuestion)
    /// Text for standard output; the program then ends with 0.
    case answer(String)

    static let flags = ["--help", "--version", "--print-config"]

    /// Decides from the arguments (without the program's own name) and the environment alone.
    package static func read(
        _ executable: Executable, arguments: [String], environment: [String: String], cores: Int,
        readFile: (String) -> [UInt8]? = BoundedFile.readSecret
    ) throws(ConfigurationError) -> CommandLineRequest {
        // Whoever asks for help gets it, whatever else is wrong.
        if arguments.contains("--help") {
            return .answer(SettingsHelp.text(SettingDefaults(executable: executable, cores: cores)))
        }
        if arguments.contains("--version") {
            return .answer("\(executable.rawValue) \(Executable.version)\n")
        }
        let asksHealth = arguments.first == HealthQuestion.word
        let settings = arguments.dropFirst(asksHealth ? 1 : 0).filter {
            $0 != "--print-config" && !(asksHealth && $0 == HealthQuestion.readyFlag)
        }
        let values = try withoutActuallyEscaping(readFile) { readFile throws(ConfigurationError) in
            try SettingReader(executable: executable, cores: cores, readFile: readFile).read(
                arguments: settings, environment: environment)
        }
        if asksHealth {
            return .askHealth(
                try HealthQuestion(values, asksReadiness: arguments.contains(HealthQuestion.readyFlag)))
        }
        let configuration = try ServiceConfiguration(values)
        return arguments.contains("--print-config")
            ? .answer(SettingsHelp.effective(values)) : .run(configuration)
    }
}
