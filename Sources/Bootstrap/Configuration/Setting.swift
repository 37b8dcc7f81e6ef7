/// One setting: how it is named, what it may be, and what it is when nobody says anything.
package struct Setting: Sendable {
    /// `head-timeout-ms`; the flag and the variable follow from it.
    package let name: String
    /// One sentence for `--help` and `docs/settings.md`.
    package let help: String
    /// What would be right, as it ends the sentence "it must be …".
    package let expectation: String
    package let isSecret: Bool
    /// Stands alone on the command line: `--demo`, `--no-demo`.
    package let isSwitch: Bool
    package let usedBy: Set<Executable>

    let accepts: @Sendable (String) -> Bool
    private let defaultText: @Sendable (SettingDefaults) -> String?

    package var flag: String { "--" + name }
    package var variable: String { "TICKET_" + name.uppercased().replacing("-", with: "_") }
    /// Secrets come from a variable or from a file: a flag would show them to everyone who lists processes.
    package var fileFlag: String? { isSecret ? flag + "-file" : nil }
    package var fileVariable: String? { isSecret ? variable + "_FILE" : nil }

    /// The default as text, or nil for a setting that has none.
    package func defaultText(_ defaults: SettingDefaults) -> String? { self.defaultText(defaults) }

    init(
        _ name: String, help: String, expectation: String, isSecret: Bool, isSwitch: Bool,
        usedBy: Set<Executable>, accepts: @escaping @Sendable (String) -> Bool,
        defaultText: @escaping @Sendable (SettingDefaults) -> String?
    ) {
        self.name = name
        self.help = help
        self.expectation = expectation
        self.isSecret = isSecret
        self.isSwitch = isSwitch
        self.usedBy = usedBy
        self.accepts = accepts
        self.defaultText = defaultText
    }
}

/// What a default may depend on.
package struct SettingDefaults: Sendable {
    package let executable: Executable
    package let cores: Int
    /// Known once the data directory itself has been read.
    package let dataDirectory: String

    package init(executable: Executable, cores: Int, dataDirectory: String = ".data") {
        self.executable = executable
        self.cores = cores
        self.dataDirectory = dataDirectory
    }
}

/// A setting together with the type of its values.
struct TypedSetting<Value: Sendable>: Sendable {
    let setting: Setting
    let parse: @Sendable (String) -> Value?

    init(
        _ name: String, _ help: String, expectation: String, isSecret: Bool = false, isSwitch: Bool = false,
        usedBy: Set<Executable> = Executable.services,
        default defaultText: @escaping @Sendable (SettingDefaults) -> String?,
        parse: @escaping @Sendable (String) -> Value?
    ) {
        self.parse = parse
        setting = Setting(
            name, help: help, expectation: expectation, isSecret: isSecret, isSwitch: isSwitch,
            usedBy: usedBy,
            accepts: { parse($0) != nil }, defaultText: defaultText)
    }
}
