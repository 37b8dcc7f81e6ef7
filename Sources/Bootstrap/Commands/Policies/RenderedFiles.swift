import Glibc
import JSON
import Scaling

/// Files that are rendered and committed: written, or compared with what is there.
enum RenderedFiles {
    static let options = [
        CommandOption("--check", nil, "Writes nothing, and ends with 1 when a file is not as it should be."),
        CommandOption("--into", "DIR", "The project's folder; the current one."),
    ]

    /// The longest file that a rendered one could be mistaken for.
    private static let maxBytes = 1 << 20

    static func settle(_ files: [RenderedFile], _ run: CommandRun) throws(CommandFailure) {
        try run.arguments.noOperands()
        let folder = run.arguments.value("--into") ?? "."
        let isCheck = run.arguments.has("--check")
        var changed: [String] = []
        for file in files {
            let path = "\(folder)/\(file.path)"
            let isSame = BoundedFile.read(path, maxBytes: maxBytes) == Array(file.text.utf8)
            if !isSame {
                changed.append(file.path)
                if !isCheck { try write(file.text, to: path) }
            }
            let word = isSame ? "same   " : isCheck ? "differs" : "written"
            run.console.say("\(word)  \(file.path)")
        }
        run.console.json { writer in
            writer.member("check", isCheck)
            writer.array("files") { writer in for file in files { writer.element(file.path) } }
            writer.array("changed") { writer in for path in changed { writer.element(path) } }
        }
        guard !isCheck || changed.isEmpty else {
            throw .finding(
                "\(changed.joined(separator: ", ")) \(changed.count == 1 ? "is" : "are") not what Sources/Scaling says: "
                    + "render without --check")
        }
    }

    private static func write(_ text: String, to path: String) throws(CommandFailure) {
        let directory = String(path[..<path.lastIndex(of: "/")!])
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else { throw failure("make", directory) }
        // Beside it first: a file that is half written must never look like one that was rendered.
        let draft = "\(path).\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", draft) }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else {
            unlink(draft)
            throw failure("write", path)
        }
    }

    private static func failure(_ act: String, _ path: String) -> CommandFailure {
        .unavailable("cannot \(act) \(path): \(String(cString: strerror(errno)))")
    }
}
