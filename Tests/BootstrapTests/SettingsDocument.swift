import Bootstrap

/// `docs/settings.md`, made from the declarations of the settings.
enum SettingsDocument {
    static let path = "docs/settings.md"

    static var text: String {
        """
        # Settings

        Each is a flag or a variable: `--head-timeout-ms` is `TICKET_HEAD_TIMEOUT_MS`. A flag goes before a variable, a
        variable before the default. A switch stands alone as a flag (`--demo`, `--no-demo`) and is `on` or `off` as a
        variable. Secrets are variables or files, never flags. Every executable takes those it uses, shows them with
        `--help` and says with `--print-config` what is in force; it ignores variables that are only for others, so one
        environment serves them all. A setting nobody knows, or a value that cannot be, stops the start with one line.

        This page is made from `Sources/Bootstrap/Configuration/Settings.swift`; a test compares the two.

        | variable | default | what it is | what it may be | read by |
        |---|---|---|---|---|

        """ + Settings.all.map { row($0) + "\n" }.joined()
    }

    private static func row(_ setting: Setting) -> String {
        let names = [setting.variable, setting.fileVariable].compactMap { $0 }.map { "`\($0)`" }
        let cells = [
            names.joined(separator: ", or the path of a file with it in "), defaultText(setting),
            setting.help,
            setting.expectation, readers(setting),
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    /// One value when all programs have the same, else each with its own.
    private static func defaultText(_ setting: Setting) -> String {
        var executablesByValue: [(value: String, executables: [Executable])] = []
        for executable in Executable.allCases where setting.usedBy.contains(executable) {
            let value = value(setting, executable)
            if let index = executablesByValue.firstIndex(where: { $0.value == value }) {
                executablesByValue[index].executables.append(executable)
            } else {
                executablesByValue.append((value, [executable]))
            }
        }
        guard executablesByValue.count > 1 else { return executablesByValue.first?.value ?? "none" }
        return executablesByValue.map { entry in
            "\(entry.value) (\(entry.executables.map { "`\($0.rawValue)`" }.joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

    private static func value(_ setting: Setting, _ executable: Executable) -> String {
        let text = { (cores: Int) in
            setting.defaultText(SettingDefaults(executable: executable, cores: cores))
        }
        guard let small = text(1), let large = text(2) else { return "none" }
        return small == large ? "`\(small)`" : "by the number of cores"
    }

    private static func readers(_ setting: Setting) -> String {
        if setting.usedBy == Set(Executable.allCases) { return "all" }
        if setting.usedBy == Executable.services { return "all services" }
        return Executable.allCases.filter(setting.usedBy.contains).map { "`\($0.rawValue)`" }
            .joined(separator: ", ")
    }
}
