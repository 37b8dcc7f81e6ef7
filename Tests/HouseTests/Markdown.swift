/// What the rules need to know of a Markdown text: its code, its links, its headings.
struct Markdown {
    struct Piece: Equatable {
        let text: String
        let line: Int
    }

    /// Code spans and the lines of fenced blocks.
    private(set) var code: [Piece] = []
    /// The targets of inline links and images.
    private(set) var links: [Piece] = []
    /// The anchors its headings make, as the usual renderers spell them.
    private(set) var anchors: Set<String> = []

    init(_ text: String) {
        var isFenced = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") {
                isFenced.toggle()
            } else if isFenced {
                code.append(Piece(text: String(line), line: index + 1))
            } else {
                readProse(line, line: index + 1)
            }
        }
    }

    private mutating func readProse(_ text: Substring, line: Int) {
        if text.hasPrefix("#") { anchors.insert(Self.anchor(of: text.drop { $0 == "#" })) }
        var prose = ""
        for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            if index.isMultiple(of: 2) {
                prose += part
            } else {
                code.append(Piece(text: String(part), line: line))
            }
        }
        var rest = prose[...]
        while let opening = rest.firstRange(of: "](") {
            rest = rest[opening.upperBound...]
            guard let end = rest.firstIndex(of: ")") else { return }
            let target = rest[..<end].prefix { $0 != " " }
            links.append(Piece(text: String(target), line: line))
            rest = rest[end...]
        }
    }

    private static func anchor(of heading: Substring) -> String {
        let text = heading.drop { $0 == " " }.lowercased()
        return String(
            text.compactMap { character -> Character? in
                if character == " " { return "-" }
                return character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
            })
    }
}
