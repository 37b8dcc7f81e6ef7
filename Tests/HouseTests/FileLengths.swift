/// One file, one noun: a file too long to read in one go is two files, and an executable only starts things.
enum FileLengths {
    static func faults(in file: TextFile, limit: Int, exceptions: [String: String]) -> [Fault] {
        guard file.isUnder("Sources") else { return [] }
        let count = lineCount(file)
        if let reason = exceptions[file.path] {
            guard count <= limit || reason.isEmpty else { return [] }
            return [
                Fault(
                    file: file.path, line: 1,
                    problem: "is on the list of long files without need or without reason",
                    cure: "Take it off HousePlan.longFiles, or write the reason there")
            ]
        }
        guard count > limit else { return [] }
        return [
            Fault(
                file: file.path, line: limit + 1, problem: "has \(count) lines, the limit is \(limit)",
                cure: "Split it by noun; a state machine goes on HousePlan.longFiles with its reason")
        ]
    }

    /// An executable is one file that hands everything to Bootstrap.
    static func executableFaults(
        in manifest: Manifest, files: [TextFile], limit: Int
    ) -> [Fault] {
        manifest.targets.filter { $0.kind == .executable && $0.path == nil }.flatMap { target -> [Fault] in
            let own = files.filter { $0.isUnder("Sources/\(target.name)") && $0.isSwift }
            guard own.count == 1, let main = own.first else {
                return [
                    Fault(
                        file: "Sources/\(target.name)", line: 1,
                        problem: "executable \(target.name) has \(own.count) Swift files",
                        cure: "Keep one, and put the work into a library that can be tested")
                ]
            }
            let count = lineCount(main)
            guard count > limit else { return [] }
            return [
                Fault(
                    file: main.path, line: limit + 1,
                    problem: "has \(count) lines, the limit for an executable is \(limit)",
                    cure: "Move the work into Bootstrap; here only bootstrap, run, exit code")
            ]
        }
    }

    private static func lineCount(_ file: TextFile) -> Int {
        file.lines.last?.isEmpty == true ? file.lines.count - 1 : file.lines.count
    }
}
