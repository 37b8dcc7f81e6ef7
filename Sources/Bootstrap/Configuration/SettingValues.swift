/// What each setting of one program is, and who said so.
struct SettingValues: Sendable {
    enum Origin: String, Sendable {
        case `default`, flag, environment, file
    }

    struct Entry: Sendable {
        /// Nil for a setting that has no default and was not given.
        let text: String?
        let origin: Origin
        /// Where the text was read; nil when it was given itself.
        var file: String?
    }

    let executable: Executable
    private let entries: [String: Entry]
    /// Variables that are not ours and that adapters heed all the same.
    let toolVariables: [String: String]

    init(executable: Executable, entries: [String: Entry], environment: [String: String]) {
        self.executable = executable
        self.entries = entries
        toolVariables = environment.filter { name, _ in
            name.hasPrefix("AWS_") || ["PGUSER", "PGPASSWORD", "HOME"].contains(name)
        }
    }

    /// The file that a secret was read from.
    func file<Value>(of typed: TypedSetting<Value>) -> String? { entries[typed.setting.name]?.file }

    /// The value, or nil for a setting that this program does not use or that has no value.
    subscript<Value>(_ typed: TypedSetting<Value>) -> Value? {
        entries[typed.setting.name]?.text.flatMap(typed.parse)
    }

    /// The value of a setting that always has one here.
    func required<Value>(_ typed: TypedSetting<Value>) -> Value {
        guard let value = self[typed] else {
            // Defaults are checked by a test, given values when they are read.
            preconditionFailure("\(typed.setting.name) has no value for \(executable.rawValue)")
        }
        return value
    }

    func entry(_ setting: Setting) -> Entry? { entries[setting.name] }
}
