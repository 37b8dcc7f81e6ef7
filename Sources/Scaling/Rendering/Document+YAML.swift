/// As YAML, the form of the other templates: plain blocks, text in quotes wherever YAML might read something else.
extension Document {
    /// With a line feed at the end, as a file has it.
    package var yamlFile: String { yamlLines.joined(separator: "\n") + "\n" }

    /// The lines of a value that stands by itself, without indentation.
    private var yamlLines: [String] {
        switch expanded {
        case .list(let elements) where !elements.isEmpty:
            elements.flatMap { element in
                element.yamlLines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
            }
        case .members(let members) where !members.isEmpty:
            members.flatMap { Self.yamlMember(Self.yamlText($0.name), $0.value.expanded) }
        case .text(let text): [Self.yamlText(text)]
        default: [json]
        }
    }

    private static func yamlMember(_ name: String, _ value: Document) -> [String] {
        let lines = value.yamlLines
        switch value {
        case .members(let members) where !members.isEmpty: return ["\(name):"] + lines.map { "  " + $0 }
        case .list(let elements) where !elements.isEmpty: return ["\(name):"] + lines.map { "  " + $0 }
        default: return ["\(name): \(lines[0])"]
        }
    }

    /// Without quotes only what no version of YAML takes for a number, a truth value or a mark of its own.
    private static func yamlText(_ text: String) -> String {
        let isPlain =
            text.utf8.first.map(isLetter) == true && text.utf8.last != UInt8(ascii: ":")
            && text.utf8.allSatisfy { isLetter($0) || 48...57 ~= $0 || "_-./:".utf8.contains($0) }
        return isPlain && !otherMeanings.contains(text.lowercased()) ? text : quoted(text)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { 65...90 ~= byte || 97...122 ~= byte }

    private static let otherMeanings: Set<String> = [
        "true", "false", "yes", "no", "on", "off", "null", "y", "n",
    ]
}
