/// Names that say nothing about what is inside: whoever looks for a thing never finds it there.
enum NamesOfRooms {
    /// Files and folders by their path, types by their declarations.
    static func faults(in file: TextFile) -> [Fault] {
        var faults: [Fault] = []
        for part in file.path.split(separator: "/") {
            guard let word = drawer(in: part.prefix { $0 != "." }) else { continue }
            faults.append(
                Fault(
                    file: file.path, line: 1, problem: "the name \(part) is a drawer ('\(word)')",
                    cure: "Name it after the one thing it is about"))
        }
        guard file.isSwift else { return faults }
        for (index, line) in file.code.enumerated() {
            let words = line.code.split { !($0.isLetter || $0.isNumber || $0 == "_") }
            for (keyword, name) in zip(words, words.dropFirst()) where declarations.contains(keyword) {
                guard let word = drawer(in: name) else { continue }
                faults.append(
                    Fault(
                        file: file.path, line: index + 1,
                        problem: "the type name \(name) is a drawer ('\(word)')",
                        cure: "Name it after the one thing it does"))
            }
        }
        return faults
    }

    private static let declarations: Set<Substring> = [
        "struct", "class", "enum", "actor", "protocol", "extension", "typealias",
    ]

    private static let drawers: Set<String> = [
        "util", "utils", "utility", "utilities", "helper", "helpers", "common", "commons", "misc",
        "miscellaneous", "manager", "managers",
    ]

    /// The first word of a name, split at capitals, hyphens and underscores, that is a drawer.
    private static func drawer(in name: Substring) -> String? {
        var words: [String] = []
        var word = ""
        for character in name {
            let startsWord = character.isUppercase && word.last?.isLowercase == true
            if startsWord || !character.isLetter {
                words.append(word)
                word = ""
            }
            if character.isLetter { word.append(character) }
        }
        words.append(word)
        return words.map { $0.lowercased() }.first { drawers.contains($0) }
    }
}
