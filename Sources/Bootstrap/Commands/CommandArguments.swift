/// What stands behind a command's name: its own options, its operands, and the settings it shares with the
/// services.
struct CommandArguments: Sendable {
    private(set) var operands: [String] = []
    private var switches: Set<String> = []
    /// Every time an option was given, the words of its value.
    private var values: [String: [[String]]] = [:]
    /// Flags that are not the command's own; the settings' reader judges them.
    private(set) var settings: [String] = []

    init(_ arguments: [String], options: [CommandOption]) throws(CommandFailure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                operands.append(argument)
                continue
            }
            let name = String(argument.prefix { $0 != "=" })
            let inline = name.count < argument.count ? String(argument.dropFirst(name.count + 1)) : nil
            guard let option = options.first(where: { $0.name == name }) else {
                try Self.checkIsSetting(name, options)
                settings.append(argument)
                if inline == nil, let next = rest.first, !next.hasPrefix("--") {
                    settings.append(rest.removeFirst())
                }
                continue
            }
            guard option.value != nil else {
                guard inline == nil else { throw .usage("\(name) takes no value") }
                switches.insert(name)
                continue
            }
            var words = inline.map { [$0] } ?? []
            while words.count < option.words {
                guard rest.first?.hasPrefix("--") == false else {
                    throw .usage("\(name) needs \(option.words == 1 ? "a value" : "\(option.words) values")")
                }
                words.append(rest.removeFirst())
            }
            guard values[name] == nil || option.isRepeatable else {
                throw .usage("\(name) is given twice")
            }
            values[name, default: []].append(words)
        }
    }

    /// The nearest name is looked for among the command's own options too.
    private static func checkIsSetting(_ name: String, _ options: [CommandOption]) throws(CommandFailure) {
        let settings = Settings.all.filter { $0.usedBy.contains(.tool) }
        guard !settings.contains(where: { $0.flag == name || $0.fileFlag == name }) else { return }
        let known = options.map(\.name) + settings.map { $0.fileFlag ?? $0.flag } + ["--help"]
        let nearest = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
        throw .usage("\(name) is not an option here\(nearest)")
    }

    func has(_ name: String) -> Bool { switches.contains(name) }

    func value(_ name: String) -> String? { values[name]?[0][0] }

    /// What an option was given, each time with all its words.
    func allValues(_ name: String) -> [[String]] { values[name] ?? [] }

    /// A number that need not be whole.
    func decimal(_ name: String, in range: ClosedRange<Double>) throws(CommandFailure) -> Double? {
        guard let text = value(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw .usage(
                "\(name)=\(text) is not right: it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func number(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(CommandFailure)
        -> Int
    {
        guard let text = value(name) else { return standard }
        guard let number = Decimal.whole(text, in: range) else {
            throw .usage(
                "\(name)=\(text) is not right: it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The one operand of a command that takes one.
    func operand(_ meaning: String) throws(CommandFailure) -> String {
        guard let first = operands.first, operands.count == 1 else {
            throw .usage("give exactly one \(meaning)")
        }
        return first
    }

    func noOperands() throws(CommandFailure) {
        if let first = operands.first { throw .usage("`\(first)` is not expected here") }
    }
}
