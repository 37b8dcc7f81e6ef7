/// Whether each service would start with the settings of this environment.
enum SettingsLook {
    static func findings(_ run: CommandRun) -> [DoctorFinding] {
        let data = [Settings.data.setting.flag, run.configuration.dataDirectory]
        var faults: [String: [String]] = [:]
        var warnings: [String: [String]] = [:]
        for executable in Executable.allCases where Executable.services.contains(executable) {
            do throws(ConfigurationError) {
                let request = try CommandLineRequest.read(
                    executable, arguments: data, environment: run.environment,
                    cores: ProcessSurroundings.cores())
                guard case .run(let configuration) = request else { continue }
                for warning in configuration.warnings {
                    warnings[warning, default: []].append(executable.rawValue)
                }
            } catch {
                faults[error.message, default: []].append(executable.rawValue)
            }
        }
        guard faults.isEmpty, warnings.isEmpty else {
            return faults.sorted { $0.key < $1.key }.map { message, programs in
                .fail(
                    "settings", message,
                    cure: "put it right: \(programs.joined(separator: ", ")) would not start")
            }
                + warnings.sorted { $0.key < $1.key }.map { message, programs in
                    .warn(
                        "settings", message,
                        cure: "change it unless it is meant (\(programs.joined(separator: ", ")))")
                }
        }
        let count = run.environment.keys.count { $0.hasPrefix("TICKET_") }
        return [
            .ok("settings", count == 0 ? "all at their defaults" : "\(count) variables, all of them right")
        ]
    }
}
