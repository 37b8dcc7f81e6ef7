import Glibc
import SQLiteStore
import Ticketing
import TicketingTesting

/// A directory that is gone when the body has ended, and stores in it that are closed.
func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    var template = Array("/tmp/ticket-store-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw TemporaryStoreError.noDirectory }
    let directory = String(cString: made)
    defer { removeDirectory(directory) }
    return try await body(directory)
}

func withStore<Value>(
    settings: StoreSettings = .forTests,
    _ body: (SQLiteStore, ManualClock) async throws -> Value
) async throws -> Value {
    try await withTemporaryDirectory { directory in
        let clock = ManualClock()
        return try await withStore(at: directory + "/ticket.db", clock: clock, settings: settings) { store in
            try await body(store, clock)
        }
    }
}

func withStore<Value>(
    at path: String, clock: any WallClock, settings: StoreSettings = .forTests,
    _ body: (SQLiteStore) async throws -> Value
) async throws -> Value {
    let store = try SQLiteStore(path: path, clock: clock, settings: settings)
    defer { store.close() }
    return try await body(store)
}

enum TemporaryStoreError: Error {
    case noDirectory
}

extension StoreSettings {
    /// One reader is enough and starts faster.
    static var forTests: StoreSettings {
        var settings = StoreSettings()
        settings.readerCount = 1
        return settings
    }
}

/// Stores and their logs only: no directory in it has another.
private func removeDirectory(_ path: String) {
    if let listing = opendir(path) {
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let inner = "\(path)/\(name)"
            if unlink(inner) != 0 { removeDirectory(inner) }
        }
        closedir(listing)
    }
    rmdir(path)
}
