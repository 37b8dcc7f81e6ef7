/// An option of one command: the parser and `--help` read the same list, so they cannot disagree.
struct CommandOption: Sendable {
    let name: String
    /// What stands for its value in `--help`; nil for an option that stands alone.
    let value: String?
    let help: String
    /// How many words its value has.
    let words: Int
    /// Whether it may be given more than once.
    let isRepeatable: Bool

    init(
        _ name: String, _ value: String? = nil, _ help: String, words: Int = 1, isRepeatable: Bool = false
    ) {
        self.name = name
        self.value = value
        self.help = help
        self.words = words
        self.isRepeatable = isRepeatable
    }

    static let json = CommandOption("--json", "One JSON document instead of words.")

    private init(_ name: String, _ help: String) {
        self.init(name, nil, help)
    }

    var synopsis: String { value.map { "\(name) \($0)" } ?? name }
}
