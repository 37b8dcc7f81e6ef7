import Glibc
import SQLiteStore
import Ticketing

/// The SQLite files that are open in this process, each once: two ports in one file share its writer, and with it
/// its commits.
struct StoreFiles: Sendable {
    private struct OpenFile: Sendable {
        let store: SQLiteStore
        /// Tells the file that is open from another one that took its name.
        let serialNumber: UInt64
    }

    private var files: [String: OpenFile] = [:]

    /// With less room the next commits fail: it is better said before a buyer sees it.
    private static let leastFreeBytes = 8 << 20

    mutating func open(_ location: AdapterLocation) throws(PortError) -> SQLiteStore {
        let path = location.target
        if let file = files[Self.identity(of: path)] { return file.store }
        let store = try SQLiteStore(path: path, clock: MachineClock())
        // Asked again: only now that the file is there can its name be resolved.
        files[Self.identity(of: path)] = OpenFile(
            store: store, serialNumber: Self.serialNumber(of: path) ?? 0)
        return store
    }

    /// What a question to the store itself does not tell: an open file answers even when it was deleted, and
    /// everything written to it is lost at the end.
    func checkIsInPlace(_ location: AdapterLocation) throws(PortError) {
        let path = location.target
        guard let file = files[Self.identity(of: path)], file.serialNumber == Self.serialNumber(of: path)
        else {
            throw PortError(.unavailable, "the file \(path) was moved or deleted while it is open")
        }
        guard access(path, W_OK) == 0 else {
            throw PortError(.unavailable, "the file \(path) cannot be written")
        }
        var volume = statvfs()
        guard statvfs(path, &volume) == 0 else { return }
        guard Int(clamping: volume.f_bavail) * Int(clamping: volume.f_frsize) >= Self.leastFreeBytes else {
            throw PortError(.unavailable, "there is no room left on the volume of \(path)")
        }
    }

    func close() { for file in files.values { file.store.close() } }

    /// The same for every way to write the path of one file, links included.
    private static func identity(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func serialNumber(of path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}
