/// What `--help` and `--print-config` print.
enum SettingsHelp {
    static func text(_ defaults: SettingDefaults) -> String {
        let name = defaults.executable.rawValue
        let rows = Settings.all.filter { $0.usedBy.contains(defaults.executable) }.map { setting in
            (
                flag: setting.fileFlag.map { $0 + " PATH" } ?? flag(setting),
                value: setting.defaultText(defaults) ?? "(none)",
                help: setting.help
            )
        }
        let flagWidth = rows.map(\.flag.count).max() ?? 0
        let valueWidth = rows.map(\.value.count).max() ?? 0
        var text = """
            \(name): \(defaults.executable.summary).

            Usage: \(name) [--setting value]…
                   \(healthCommand(defaults.executable)) [--ready] [--setting value]…   asks the one that runs how it is

            A setting can also be a variable: --head-timeout-ms is TICKET_HEAD_TIMEOUT_MS. A flag goes before a
            variable, a variable before the default. Secrets are variables or files, never flags.

              \(padded("setting", flagWidth))  \(padded("default", valueWidth))  what it is

            """
        for row in rows {
            text += "  \(padded(row.flag, flagWidth))  \(padded(row.value, valueWidth))  \(row.help)\n"
        }
        return text + """

              --print-config  shows what every setting is and where that comes from, and ends
              --version       shows the version, and ends
              --help          shows this, and ends

            """
    }

    /// One line a setting: the variable, its value, and who said so.
    static func effective(_ values: SettingValues) -> String {
        let rows = Settings.all.compactMap { setting -> (assignment: String, origin: String)? in
            guard let entry = values.entry(setting) else { return nil }
            let shown =
                setting.isSecret
                ? (entry.text == nil ? "(not set)" : "(set)")
                : AdapterLocation.withoutPassword(entry.text ?? "")
            return ("\(setting.variable)=\(shown)", entry.origin.rawValue)
        }
        let width = rows.map(\.assignment.count).max() ?? 0
        return rows.map { "\(padded($0.assignment, width))   (\($0.origin))\n" }.joined()
    }

    private static func healthCommand(_ executable: Executable) -> String {
        executable == .allInOne
            ? "ticket \(HealthQuestion.word)" : "\(executable.rawValue) \(HealthQuestion.word)"
    }

    private static func flag(_ setting: Setting) -> String {
        setting.isSwitch ? "--[no-]\(setting.name)" : setting.flag
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
