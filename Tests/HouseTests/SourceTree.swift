import Glibc

/// The project as it lies on disk, without what is built, fetched or generated.
struct SourceTree: Sendable {
    /// Every text file, sorted by path.
    let files: [TextFile]
    /// Every file and folder, text or not: what a link may point at.
    let paths: Set<String>

    /// The tree these tests were compiled from, read once.
    static let project = SourceTree(root: packageRoot)

    /// This file is ROOT/Tests/HouseTests/SourceTree.swift.
    private static let packageRoot = #filePath.split(separator: "/").dropLast(3)
        .reduce("") { $0 + "/" + $1 }

    /// Made or fetched by a run, never committed: the same names as in .gitignore.
    private static let skipped: Set<String> = [
        ".git", ".stamps", ".data", "__pycache__", "results", "findings", "corpus",
    ]

    init(root: String) {
        var files: [TextFile] = []
        var paths: Set<String> = []
        Self.read(root: root, folder: "", into: &files, paths: &paths)
        self.files = files.sorted { $0.path < $1.path }
        self.paths = paths
    }

    func file(_ path: String) -> TextFile? { files.first { $0.path == path } }

    private static func read(
        root: String, folder: String, into files: inout [TextFile], paths: inout Set<String>
    ) {
        for name in names(in: "\(root)/\(folder)")
        where !skipped.contains(name) && !name.hasPrefix(".build") && !name.hasPrefix(".venv") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var status = stat()
            guard lstat("\(root)/\(path)", &status) == 0 else { continue }
            paths.insert(path)
            switch status.st_mode & S_IFMT {
            case S_IFDIR: read(root: root, folder: path, into: &files, paths: &paths)
            case S_IFREG:
                if let text = text(of: "\(root)/\(path)") { files.append(TextFile(path: path, text: text)) }
            default: continue
            }
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Nothing for a file that is not text: the rules are about what people read.
    private static func text(of path: String) -> String? {
        guard let stream = fopen(path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
