/// What a program was asked to do: to run, or to say something and end.
package enum CommandLineRequest: Sendable {
    case run(ServiceConfiguration)
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
        let values = try withoutActuallyEscaping(readFile) { readFile throws(ConfigurationError) in
            try SettingReader(executable: executable, cores: cores, readFile: readFile).read(
                arguments: arguments.filter { $0 != "--print-config" }, environment: environment)
        }
        let configuration = try ServiceConfiguration(values)
        return arguments.contains("--print-config")
            ? .answer(SettingsHelp.effective(values)) : .run(configuration)
    }
}
