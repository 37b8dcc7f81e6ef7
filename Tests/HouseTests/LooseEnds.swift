/// Words that put work off: what is not done belongs in an issue, where somebody sees it.
enum LooseEnds {
    static func faults(in file: TextFile) -> [Fault] {
        file.lines.enumerated().flatMap { index, line in
            marks.filter { contains($0, in: line) }.map {
                Fault(
                    file: file.path, line: index + 1, problem: "leaves a \($0) behind",
                    cure: "Do it, or open an issue and take the mark out")
            }
        }
    }

    // In two halves, so that this file does not break its own rule.
    private static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

    private static func contains(_ mark: String, in line: String) -> Bool {
        guard line.contains(mark) else { return false }
        return line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == mark }
    }
}
