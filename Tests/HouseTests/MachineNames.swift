/// Names that mean something on one machine only: folders of a person or a workplace, hosts of package registries.
enum MachineNames {
    static func faults(in file: TextFile) -> [Fault] {
        file.lines.enumerated().flatMap { index, line in
            folders.filter { startsPath($0, in: line) }.map {
                Fault(
                    file: file.path, line: index + 1, problem: "names the folder \($0) of one machine",
                    cure: "Use a path relative to the project, a setting or a temporary folder")
            }
                + hosts.filter(line.contains).map {
                    Fault(
                        file: file.path, line: index + 1, problem: "names the registry host \($0)",
                        cure: "Leave the choice of registry to the machine's own configuration")
                }
        }
    }

    // In two halves, so that this file does not break its own rule.
    private static let folders = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/"]
    private static let hosts = [
        "deb.deb" + "ian.org", "security.deb" + "ian.org", "py" + "pi.org", "python" + "hosted.org",
    ]

    /// Whether the folder stands at the front of a path: `docs/work/a` and `//host/home/a` are other things.
    private static func startsPath(_ folder: String, in line: String) -> Bool {
        guard line.contains(folder) else { return false }
        var rest = line[...]
        while let found = rest.firstRange(of: folder) {
            let before =
                found.lowerBound == line.startIndex ? nil : line[line.index(before: found.lowerBound)]
            let isInside = before.map { $0.isLetter || $0.isNumber || "_.-/}*".contains($0) } ?? false
            if !isInside { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }
}
