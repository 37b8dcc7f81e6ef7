/// Pairs whose second half is a case with something awaited inside: `(place, .success(try await …))`. In a task of a group the
/// optimizer of Swift 6.3.1 loses the first half, and only in release builds, which no test sees; tests themselves are none.
enum LostPlaces {
    static func faults(in file: TextFile) -> [Fault] {
        guard file.isSwift, !file.path.hasPrefix("Tests/") else { return [] }
        return file.code.enumerated().compactMap { index, line in
            guard line.code.contains(/\(\s*[\w.]+\s*,\s*\.\w+\(\s*(?:try[?!]?\s+)?await\b/) else {
                return nil
            }
            return Fault(
                file: file.path, line: index + 1, problem: "a pair with something awaited in a case of it",
                cure: "Await into a constant first, or use SideBySide")
        }
    }
}
