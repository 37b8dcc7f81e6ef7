/// What each setting of one program is, and who said so.
struct SettingValues: Sendable {
    enum Origin: String, Sendable {
        case `default`, flag, environment, file
    }

    struct Entry: Sendable {
        /// Nil for a setting that has no default and was not given.
        let text: String?
        let origin: Origin
    }

    let executable: Executable
    private let entries: [String: Entry]

    init(executable: Executable, entries: [String: Entry]) {
        self.executable = executable
        self.entries = entries
    }

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
