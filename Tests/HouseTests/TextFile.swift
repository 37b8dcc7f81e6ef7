/// One text file of the project; its path is relative to the package's root.
struct TextFile: Sendable {
    let path: String
    let text: String
    let lines: [String]
    /// The lines as the compiler sees them; none unless it is Swift. Kept, since several rules read them.
    let code: [SwiftCode.Line]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = path.hasSuffix(".swift") ? SwiftCode(text).lines : []
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isMarkdown: Bool { path.hasSuffix(".md") }

    /// Whether the file lies in this folder, at any depth.
    func isUnder(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}
