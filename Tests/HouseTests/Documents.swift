/// What the documents promise: that a command exists and that a link leads somewhere.
enum Documents {
    /// Targets a Makefile defines, itself or in a file that it includes; `text` finds such a file.
    static func makeTargets(in makefile: String, text: (String) -> String? = { _ in nil }) -> Set<String> {
        var targets: Set<String> = []
        for line in makefile.split(separator: "\n") where startsName(line) {
            if line.hasPrefix("include ") {
                for path in line.split(separator: " ").dropFirst() {
                    // No closure is handed down: a file that includes itself must not hang the test.
                    targets.formUnion(makeTargets(in: text(String(path)) ?? ""))
                }
                continue
            }
            guard let colon = line.firstIndex(of: ":"), !line[colon...].hasPrefix(":=") else { continue }
            targets.formUnion(line[..<colon].split(separator: " ").map(String.init))
        }
        return targets
    }

    /// Targets that `make help` lists not at all, having no `##` that says what they are for, or more than once.
    static func wronglyListedTargets(in makefile: String, text: (String) -> String? = { _ in nil }) -> Set<
        String
    > {
        let files =
            [makefile]
            + makefile.split(separator: "\n")
            .filter { $0.hasPrefix("include ") }
            .flatMap { $0.split(separator: " ").dropFirst().compactMap { text(String($0)) } }
        let listed = files.flatMap { $0.split(separator: "\n") }
            .filter { startsName($0) && $0.contains(" ## ") }
            .map { String($0.prefix { $0 != ":" }) }
        let twice = listed.filter { name in listed.count { $0 == name } > 1 }
        return makeTargets(in: makefile, text: text).subtracting(listed).union(twice)
    }

    private static func startsName(_ line: Substring) -> Bool {
        line.first.map { $0.isLetter || $0.isNumber } ?? false
    }

    static func makeFaults(in file: TextFile, targets: Set<String>) -> [Fault] {
        Markdown(file.text).code.flatMap { piece in
            named(in: piece.text).filter { !targets.contains($0) }.map {
                Fault(
                    file: file.path, line: piece.line,
                    problem: "names 'make \($0)', which the Makefile does not have",
                    cure: "Correct the name, or add the target")
            }
        }
    }

    /// `paths` are all files and folders; `texts` finds the document a link with an anchor points into.
    static func linkFaults(in file: TextFile, paths: Set<String>, text: (String) -> String?) -> [Fault] {
        Markdown(file.text).links.compactMap { link in
            guard !isElsewhere(link.text) else { return nil }
            let parts = link.text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let path = parts[0].isEmpty ? file.path : resolve(String(parts[0]), from: file.path)
            guard let path, path.isEmpty || paths.contains(path) else {
                return fault(file, link, "links to \(link.text), which is not there")
            }
            guard parts.count > 1, path.hasSuffix(".md"), let target = text(path) else { return nil }
            guard !Markdown(target).anchors.contains(String(parts[1])) else { return nil }
            return fault(file, link, "links to \(link.text), but \(path) has no such heading")
        }
    }

    private static func fault(_ file: TextFile, _ link: Markdown.Piece, _ problem: String) -> Fault {
        Fault(
            file: file.path, line: link.line, problem: problem,
            cure: "Correct the link, or write what it promises")
    }

    private static func isElsewhere(_ link: String) -> Bool {
        ["http://", "https://", "mailto:"].contains { link.hasPrefix($0) }
    }

    /// The targets in one line of a shell: words after `make` up to the end of that command.
    private static func named(in command: String) -> [String] {
        let words = command.split(separator: " ").map(String.init)
        guard let make = words.firstIndex(of: "make") else { return [] }
        let isCommand =
            make == 0 || words[make - 1].contains("=")
            || ["&&", "||", ";", "|", "$", "time"].contains(words[make - 1])
        guard isCommand else { return [] }
        var targets: [String] = []
        var isQuoted = false
        for word in words[(make + 1)...] {
            // `COMMAND='one two'` is one value, whatever words it has.
            if word.count(where: { $0 == "'" }) % 2 == 1 {
                isQuoted.toggle()
                continue
            }
            if isQuoted { continue }
            if word.contains("=") || word.hasPrefix("-") { continue }
            guard word.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "-" || $0 == ";" }) else { break }
            targets.append(String(word.prefix { $0 != ";" }))
            if word.hasSuffix(";") { break }
        }
        return targets
    }

    /// Nothing when the path leads out of the project.
    private static func resolve(_ link: String, from file: String) -> String? {
        guard !link.hasPrefix("/") else { return nil }
        var parts = file.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") where part != "." {
            if part == ".." {
                guard !parts.isEmpty else { return nil }
                parts.removeLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
