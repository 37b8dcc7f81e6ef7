import Glibc
import Ticketing

/// The store's file and its directory, made so that only their owner can read them: buyers, payment tokens
/// and orders stand in it.
enum StoreFile {
    private static let directoryMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    /// Makes what is missing and changes nothing that is there.
    static func prepare(_ path: String) throws(PortError) {
        guard !path.isEmpty, path.utf8.allSatisfy({ $0 != 0 }) else {
            throw PortError(.rejected, "a store needs the path of its file")
        }
        try makeDirectories(above: path)
        // SQLite gives its log and index beside the file the mode of the file itself.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else { throw failure("open", path) }
        close(descriptor)
    }

    private static func makeDirectories(above path: String) throws(PortError) {
        var directory = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
        for part in path.split(separator: "/").dropLast() {
            directory += directory.isEmpty || directory.hasSuffix("/") ? String(part) : "/\(part)"
            guard mkdir(directory, directoryMode) != 0, errno != EEXIST else { continue }
            var status = stat()
            guard stat(directory, &status) == 0 else { throw failure("make the directory", directory) }
        }
    }

    private static func failure(_ act: String, _ path: String) -> PortError {
        PortError(.unavailable, "cannot \(act) \(path): \(String(cString: strerror(errno)))")
    }
}
