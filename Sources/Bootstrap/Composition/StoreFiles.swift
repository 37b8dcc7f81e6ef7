import Glibc
import SQLiteStore
import Ticketing

/// The SQLite files that are open in this process, each once: two ports in one file share its writer, and with it
/// its commits.
struct StoreFiles: Sendable {
    private var stores: [String: SQLiteStore] = [:]

    mutating func open(_ location: AdapterLocation) throws(PortError) -> SQLiteStore {
        if let store = stores[Self.identity(of: location.path)] { return store }
        let store = try SQLiteStore(path: location.path, clock: MachineClock())
        // Asked again: only now that the file is there can its name be resolved.
        stores[Self.identity(of: location.path)] = store
        return store
    }

    func close() { for store in stores.values { store.close() } }

    /// The same for every way to write the path of one file, links included.
    private static func identity(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
