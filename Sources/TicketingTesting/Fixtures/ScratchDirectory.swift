import Glibc

/// A directory of one test, gone with it.
package final class ScratchDirectory: Sendable {
    package let path: String

    package init() {
        var template = Array("/tmp/ticket-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no directory can be made in /tmp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The files in it, or in a directory of it.
    package func names(in directory: String = "") -> [String] { Self.names("\(path)/\(directory)") }

    package func subdirectory(_ name: String) -> String {
        mkdir("\(path)/\(name)", 0o700)
        return "\(path)/\(name)"
    }

    /// An empty file of a name that no other has.
    package func newFile() -> String {
        var template = Array("\(path)/XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "no file can be made in \(path)")
        close(descriptor)
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The start of a file, at most a megabyte; nothing when it is not there.
    package func read(_ file: String) -> String {
        let descriptor = open(file, O_RDONLY)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @discardableResult
    package func write(_ text: String, to name: String) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array(text.utf8)
        precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count, "\(file) cannot be written")
        close(descriptor)
        return file
    }

    /// The mode of a file, 0o600 for example.
    package func mode(of name: String) -> UInt32? {
        var status = stat()
        return stat("\(path)/\(name)", &status) == 0 ? UInt32(status.st_mode) & 0o777 : nil
    }

    private static func names(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        for name in names(path) where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
