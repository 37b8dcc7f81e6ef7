/// Finds each setting's value: a flag goes before a variable, a variable before the default.
struct SettingReader {
    private struct Given {
        let text: String
        /// The flag or variable as it was written, for error messages.
        let source: String
        let origin: SettingValues.Origin
        var file: String?
    }

    let executable: Executable
    let cores: Int
    let readFile: (String) -> [UInt8]?

    func read(
        arguments: [String], environment: [String: String]
    ) throws(ConfigurationError) -> SettingValues {
        let flags = try flags(arguments)
        let variables = try variables(environment)
        var dataDirectory: String?
        var entries: [String: SettingValues.Entry] = [:]
        // The data directory comes first: the defaults of the stores lie in it.
        let settings = Settings.all.filter { $0.usedBy.contains(executable) }
        for setting in settings.sorted(by: { $0.name == "data" && $1.name != "data" }) {
            if let given = flags[setting.name] ?? variables[setting.name] {
                guard setting.accepts(given.text) else {
                    throw .badValue(setting, source: given.source, text: given.text)
                }
                entries[setting.name] = .init(text: given.text, origin: given.origin, file: given.file)
            } else {
                let defaults = SettingDefaults(
                    executable: executable, cores: cores, dataDirectory: dataDirectory ?? ".data")
                entries[setting.name] = .init(text: setting.defaultText(defaults), origin: .default)
            }
            if setting.name == "data" { dataDirectory = entries["data"]?.text }
        }
        return SettingValues(executable: executable, entries: entries, environment: environment)
    }

    // MARK: Flags

    private func flags(_ arguments: [String]) throws(ConfigurationError) -> [String: Given] {
        var found: [String: Given] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let name = String(argument.prefix { $0 != "=" })
            var value = name.count < argument.count ? String(argument.dropFirst(name.count + 1)) : nil
            guard name.hasPrefix("--"), name != "--" else {
                throw ConfigurationError(
                    .unexpectedArgument,
                    "\(ConfigurationError.shown(argument)) is not expected: settings are given as --name value"
                )
            }
            let next = rest.first.flatMap { $0.hasPrefix("--") ? nil : $0 }
            let (setting, kind) = try setting(flag: name, given: value ?? next)
            if kind == .off {
                guard value == nil else {
                    throw ConfigurationError(
                        .badValue,
                        "\(name)=\(ConfigurationError.shown(value ?? "")) is not right: \(name) takes no value"
                    )
                }
                value = "off"
            } else if value == nil, setting.isSwitch {
                value = ["on", "off"].contains(rest.first) ? rest.popFirst() : "on"
            } else if value == nil {
                guard next != nil else {
                    throw ConfigurationError(
                        .missingValue, "\(name) has no value: it must be \(expectation(setting, kind))")
                }
                value = rest.popFirst()
            }
            guard found[setting.name] == nil else {
                throw ConfigurationError(.givenTwice, "\(name) is given twice: it must be given once")
            }
            found[setting.name] = try given(value ?? "", from: name, isFile: kind == .file, origin: .flag)
        }
        return found
    }

    private enum FlagKind { case value, off, file }

    private func expectation(_ setting: Setting, _ kind: FlagKind) -> String {
        kind == .file ? "the path of a file" : setting.expectation
    }

    private func setting(flag: String, given: String?) throws(ConfigurationError) -> (Setting, FlagKind) {
        for setting in Settings.all {
            let kind: FlagKind
            switch flag {
            case setting.fileFlag: kind = .file
            case setting.flag where setting.isSecret:
                throw ConfigurationError(
                    .unknownFlag,
                    "\(flag) is not taken from the command line, where others can read it: "
                        + "set \(setting.variable) or \(setting.flag)-file")
            case setting.flag: kind = .value
            case "--no-" + setting.name where setting.isSwitch: kind = .off
            default: continue
            }
            guard setting.usedBy.contains(executable) else {
                let owners = Executable.allCases.filter { $0 != .tool && setting.usedBy.contains($0) }.map(
                    \.rawValue)
                throw ConfigurationError(
                    .unknownFlag,
                    "\(flag) is a setting of \(owners.joined(separator: " and ")), not of \(executable.rawValue)"
                )
            }
            return (setting, kind)
        }
        throw unknown(flag: flag, given: given)
    }

    private func unknown(flag: String, given: String?) -> ConfigurationError {
        let settings = Settings.all.filter { $0.usedBy.contains(executable) }
        // A secret has two names here, the second for the file that is meant: either may have been misspelt.
        let names = settings.flatMap { [$0.flag, $0.fileFlag].compactMap(\.self) } + CommandLineRequest.flags
        let nearest = NearestName.of(flag, among: names)
        let meant = settings.first { $0.flag == nearest || $0.fileFlag == nearest }
        // Whoever misspells a secret's name may have given the secret itself.
        let isSecret =
            meant?.isSecret == true || ["key", "secret", "password"].contains { flag.contains($0) }
        let value = isSecret ? nil : given.map(ConfigurationError.shown)
        return ConfigurationError(
            .unknownFlag,
            "\(ConfigurationError.shown(flag))\(value.map { "=\($0)" } ?? "") is not a setting of "
                + executable.rawValue + suggestion(meant?.fileFlag ?? nearest))
    }

    // MARK: Variables

    private func variables(_ environment: [String: String]) throws(ConfigurationError) -> [String: Given] {
        var found: [String: Given] = [:]
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("TICKET_") {
            guard let setting = Settings.all.first(where: { name == $0.variable || name == $0.fileVariable })
            else {
                // Its value stays unsaid: it may be a secret under a misspelt name.
                let known = Settings.all.flatMap { [$0.variable, $0.fileVariable].compactMap(\.self) }
                throw ConfigurationError(
                    .unknownVariable,
                    "\(name) is not a setting" + suggestion(NearestName.of(name, among: known)))
            }
            guard setting.usedBy.contains(executable) else { continue }
            guard found[setting.name] == nil else {
                throw ConfigurationError(
                    .givenTwice,
                    "\(setting.variable) and \(setting.variable)_FILE are both set: only one may be")
            }
            found[setting.name] = try given(
                value, from: name, isFile: name == setting.fileVariable, origin: .environment)
        }
        return found
    }

    private func given(
        _ text: String, from source: String, isFile: Bool, origin: SettingValues.Origin
    ) throws(ConfigurationError) -> Given {
        guard isFile else { return Given(text: text, source: source, origin: origin) }
        guard let bytes = readFile(text) else {
            throw ConfigurationError(
                .unreadableFile,
                "\(source)=\(text) is not right: it must be a readable file of at most 64 KiB")
        }
        var content = String(decoding: bytes, as: UTF8.self)
        // Editors end a file with a line feed that is not part of the secret.
        while content.last?.isNewline == true { content.removeLast() }
        return Given(text: content, source: source, origin: .file, file: text)
    }

    private func suggestion(_ name: String?) -> String {
        name.map { "; did you mean \($0)?" } ?? "; --help lists them all"
    }
}
