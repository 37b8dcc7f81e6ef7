import Telemetry

/// What the commands of `ticket` are told beside their own options: where the data is.
package struct ToolConfiguration: Sendable {
    package let dataDirectory: String
    package let stores: StoreLocations
    /// Newest first. Empty when the key is the one kept in the data directory.
    package let tokenKeys: [Secret]
    package let logLevel: LogLevel

    /// `arguments` are the settings alone, without the command's name and its own options.
    package static func read(
        arguments: [String], environment: [String: String],
        readFile: (String) -> [UInt8]? = BoundedFile.readSecret
    ) throws(ConfigurationError) -> ToolConfiguration {
        let values = try withoutActuallyEscaping(readFile) { readFile throws(ConfigurationError) in
            // Cores decide how many loops serve; a command serves none.
            try SettingReader(executable: .tool, cores: 1, readFile: readFile).read(
                arguments: arguments, environment: environment)
        }
        return ToolConfiguration(values)
    }

    private init(_ values: SettingValues) {
        dataDirectory = values.required(Settings.data)
        stores = StoreLocations(values)
        tokenKeys = values[Settings.tokenKey] ?? []
        logLevel = values.required(Settings.logLevel)
    }
}
