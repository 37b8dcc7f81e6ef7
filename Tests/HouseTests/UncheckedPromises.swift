/// Places where the compiler's proof of data-race safety is switched off: each has to say why it holds anyway.
enum UncheckedPromises {
    static func faults(in file: TextFile) -> [Fault] {
        guard file.isSwift else { return [] }
        let lines = file.code
        return lines.indices.compactMap { index in
            guard let promise = promises.first(where: { lines[index].code.contains($0) }) else { return nil }
            guard index == 0 || !isComment(lines[index - 1]) else { return nil }
            return Fault(
                file: file.path, line: index + 1, problem: "\(promise) without a comment on the line above",
                cure: "Say there why it is safe, or let the compiler check it")
        }
    }

    private static let promises = ["@unchecked Sendable", "nonisolated(unsafe)"]

    private static func isComment(_ line: SwiftCode.Line) -> Bool {
        line.code.allSatisfy(\.isWhitespace) && line.comment.count > 3
    }
}
