import Scaling
import Telemetry

/// What the commands of `ticket` are told beside their own options: where the data is.
package struct ToolConfiguration: Sendable {
    package let dataDirectory: String
    package let stores: StoreLocations
    /// Newest first. Empty when the key is the one kept in the data directory.
    package let tokenKeys: [Secret]
    package let logLevel: LogLevel
    package let scaling: ScalingSettings

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
        scaling = ScalingSettings(values)
    }
}

extension ScalingSettings {
    init(_ values: SettingValues) {
        self.init()
        let counts = [
            Settings.scalingPublicTasks, Settings.scalingConfirmTasks, Settings.scalingWorkerTasks,
        ].map { values.required($0) }
        publicTasks = (counts[0].min, counts[0].max)
        confirmTasks = (counts[1].min, counts[1].max)
        workerTasks = (counts[2].min, counts[2].max)
        requestsPerTaskAndSecond = values.required(Settings.scalingRequestsPerTask)
        backlogPerTask = values.required(Settings.scalingBacklogPerTask)
    }
}
