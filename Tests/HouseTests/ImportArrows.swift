/// The arrows between targets, as the files' imports and the manifest's dependencies draw them.
enum ImportArrows {
    struct Import: Equatable {
        let module: String
        let line: Int
    }

    /// `import A`, `package import struct A.B`, `@testable import A`: each names module A.
    static func imports(in code: [SwiftCode.Line]) -> [Import] {
        code.enumerated().compactMap { index, line in
            guard line.code.contains("import") else { return nil }
            let words = line.code.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count else { return nil }
            guard words[..<at].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) }) else {
                return nil
            }
            let named = kinds.contains(words[at + 1]) && at + 2 < words.count ? words[at + 2] : words[at + 1]
            return Import(module: String(named.prefix { $0 != "." && $0 != ";" }), line: index + 1)
        }
    }

    /// Faults of the imports of one file of Sources/TARGET/.
    static func faults(in file: TextFile, mayImport: [String: Set<String>]) -> [Fault] {
        let parts = file.path.split(separator: "/").map(String.init)
        guard file.isSwift, parts.count > 2, parts[0] == "Sources" else { return [] }
        let target = parts[1]
        guard let allowed = mayImport[target] else { return [unknown(target, file: file.path, line: 1)] }
        return imports(in: file.code).filter { $0.module != target && !allowed.contains($0.module) }
            .map { outward(target, $0.module, allowed, file: file.path, line: $0.line) }
    }

    /// Faults of the manifest's edges. Tests and benches stand outside the house and may look in anywhere.
    static func faults(in manifest: Manifest, path: String, mayImport: [String: Set<String>]) -> [Fault] {
        manifest.targets.filter { $0.kind != .tests && $0.path == nil }.flatMap { target in
            guard let allowed = mayImport[target.name] else {
                return [unknown(target.name, file: path, line: target.line)]
            }
            return target.dependencies.filter { !allowed.contains($0) }
                .map { outward(target.name, $0, allowed, file: path, line: target.line) }
        }
    }

    static func foundationFaults(in file: TextFile, allowed: [String: String]) -> [Fault] {
        let parts = file.path.split(separator: "/").map(String.init)
        guard file.isSwift, parts.count > 2, parts[0] == "Sources", allowed[parts[1]] == nil else {
            return []
        }
        return imports(in: file.code).filter { $0.module.hasPrefix("Foundation") }.map {
            Fault(
                file: file.path, line: $0.line,
                problem: "imports \($0.module), which adds 44 MB and slow formatters",
                cure: "Use the standard library and Glibc, or list the target with its reason in HousePlan")
        }
    }

    private static let accessLevels: Set<String> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]

    private static func unknown(_ target: String, file: String, line: Int) -> Fault {
        Fault(
            file: file, line: line, problem: "target \(target) is not in the plan of the house",
            cure: "Enter it in HousePlan.mayImport with what it may import")
    }

    private static func outward(
        _ target: String, _ module: String, _ allowed: Set<String>, file: String, line: Int
    ) -> Fault {
        let list = allowed.isEmpty ? "nothing" : allowed.sorted().joined(separator: ", ")
        return Fault(
            file: file, line: line, problem: "\(target) may not depend on \(module); it may on \(list)",
            cure: "Turn the arrow round with a port, or move the code to a target that may")
    }
}
