/// The targets that Package.swift declares and the edges between them, read from its text: asking the package
/// manager would wait for the lock that the running `swift test` holds.
struct Manifest {
    struct Target: Equatable {
        enum Kind { case library, executable, tests, systemLibrary }
        let name: String
        let kind: Kind
        let dependencies: [String]
        /// Where its files are when not in Sources/NAME or Tests/NAME.
        let path: String?
        let line: Int
    }

    let targets: [Target]

    init(_ text: String) {
        let code = Array(SwiftCode(text, keepingStrings: true).code)
        var targets: [Target] = []
        for (word, kind) in Self.calls {
            for start in Self.positions(of: Array(word + "("), in: code) {
                let line = code[..<start].count { $0 == "\n" } + 1
                var call = Call(code: code, position: start + word.count + 1)
                call.read()
                guard let name = call.name else { continue }
                targets.append(
                    Target(
                        name: name, kind: kind, dependencies: call.dependencies, path: call.path, line: line))
            }
        }
        self.targets = targets.sorted { $0.line < $1.line }
    }

    private static let calls: [(String, Target.Kind)] = [
        ("library", .library), (".target", .library), ("executable", .executable),
        (".executableTarget", .executable), ("tests", .tests), (".testTarget", .tests),
        (".systemLibrary", .systemLibrary),
    ]

    private static func positions(of word: [Character], in code: [Character]) -> [Int] {
        guard code.count >= word.count else { return [] }
        return (0...code.count - word.count).filter { start in
            guard code[start] == word[0], code[start..<start + word.count].elementsEqual(word) else {
                return false
            }
            guard start > 0 else { return true }
            // `func library(` declares, `.library(` is a product, `makelibrary(` another word.
            let before = code[start - 1]
            return before.isWhitespace && !code[..<start].suffix(5).elementsEqual("func ") || before == "["
        }
    }

    /// The arguments of one call, read up to its closing parenthesis.
    private struct Call {
        let code: [Character]
        var position: Int
        var name: String?
        var path: String?
        var dependencies: [String] = []
        private var label = ""
        private var depth = 0

        init(code: [Character], position: Int) {
            self.code = code
            self.position = position
        }

        mutating func read() {
            while position < code.count {
                let character = code[position]
                switch character {
                case "\"": take(string())
                case "[", "(": depth += 1
                case "]", ")":
                    depth -= 1
                    if depth < 0 { return }
                case "," where depth == 0: label = ""
                case ":" where depth == 0: break
                case _ where depth == 0 && (character.isLetter || character == "_"): label.append(character)
                default: break
                }
                position += 1
            }
        }

        private mutating func take(_ text: String) {
            switch (depth, label) {
            case (0, ""), (0, "name"): name = name ?? text
            case (0, "path"): path = text
            case (1..., ""), (1..., "dependencies"): dependencies.append(text)
            default: break
            }
        }

        private mutating func string() -> String {
            position += 1
            let start = position
            while position < code.count && code[position] != "\"" { position += 1 }
            return String(code[start..<min(position, code.count)])
        }
    }
}
