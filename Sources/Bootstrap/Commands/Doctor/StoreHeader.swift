import Glibc

/// The first bytes of an SQLite file, read without opening it as one: whose it is and with which schema.
struct StoreHeader {
    /// Nil when only the log beside the file knows it yet.
    let schemaVersion: Int?
    let sizeKiB: Int

    private static let length = 100
    private static let magic = Array("SQLite format 3\0".utf8)
    /// "TICK", where SQLite keeps the number of the program that a file belongs to.
    private static let applicationID: UInt32 = 0x5449_434B

    /// Nil for a file of anything else.
    init?(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.length)
        var status = stat()
        guard read(descriptor, &bytes, bytes.count) == bytes.count, bytes.starts(with: Self.magic),
            fstat(descriptor, &status) == 0
        else { return nil }
        let owner = Self.number(bytes, at: 68)
        // A young store's own pages still stand in its log.
        guard owner == Self.applicationID || (owner == 0 && access("\(path)-wal", F_OK) == 0) else {
            return nil
        }
        schemaVersion = owner == 0 ? nil : Int(Self.number(bytes, at: 60))
        sizeKiB = Int(status.st_size) / 1_024
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
