import CSQLite
import Glibc
import Testing
import TicketingTesting

@testable import SQLiteStore

/// Each runs on one thread from its beginning to its end, as the writer does.
@Suite("The log's file")
struct LogFileTests {
    private func withDatabase(_ body: (_ path: String, _ database: RawDatabase) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ticket.db"
            try SQLiteStore(path: path, clock: ManualClock()).close()
            let database = try RawDatabase(path)
            try database.run("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            try body(path, database)
        }
    }

    private func insert(_ numbers: Range<Int>, _ database: RawDatabase) throws {
        try database.run(
            """
            INSERT INTO rows WITH RECURSIVE all_of(n) AS
            (SELECT \(numbers.lowerBound) UNION ALL SELECT n + 1 FROM all_of WHERE n + 1 < \(numbers.upperBound))
            SELECT n, hex(randomblob(400)) FROM all_of
            """)
    }

    private func isSound(_ database: RawDatabase) throws -> Bool {
        try database.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1
    }

    /// How often this thread has asked the kernel to write.
    private func writeCalls() throws -> Int {
        let text = String(decoding: contents(of: "/proc/thread-self/io"), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("syscw: ") })
        return try #require(Int(line.dropFirst(7)))
    }

    @Test("gets a transaction of hundreds of pages in a few writes")
    func fewCalls() async throws {
        try await withDatabase { path, database in
            let before = try writeCalls()
            try insert(0..<1_000, database)
            let calls = try writeCalls() - before
            #expect(calls <= 20, "\(calls) calls")
            #expect(contents(of: path + "-wal").count > 800_000)
        }
    }

    @Test("shows a commit to others at once, whether it was synced or not")
    func visible() async throws {
        try await withDatabase { path, database in
            let other = try RawDatabase(path)
            for synchronous in ["FULL", "NORMAL", "OFF"] {
                try database.run("PRAGMA synchronous = \(synchronous)", "DELETE FROM rows")
                for number in 0..<20 {
                    try insert(number..<number + 1, database)
                    #expect(try other.number("SELECT count(*) FROM rows") == number + 1)
                }
            }
        }
    }

    @Test(
        "holds what a transaction too large for memory wrote, also while it goes on and when it is taken back"
    )
    func spilled() async throws {
        try await withDatabase { path, database in
            try insert(0..<100, database)
            try database.run("PRAGMA cache_size = 10", "BEGIN")
            try insert(100..<3_000, database)
            #expect(try database.number("SELECT count(*) + sum(length(text) = 800) FROM rows") == 6_000)
            try database.run("ROLLBACK")
            #expect(try database.number("SELECT count(*) FROM rows") == 100)

            // Pages that stand in the log already are written there again, and then their heads.
            try database.run("PRAGMA synchronous = OFF", "BEGIN")
            try insert(100..<3_000, database)
            for _ in 0..<3 {
                try database.run("UPDATE rows SET text = hex(randomblob(400)) WHERE number % 7 = 0")
            }
            try database.run("COMMIT")
            let other = try RawDatabase(path)
            #expect(try other.number("SELECT count(*) + sum(length(text) = 800) FROM rows") == 6_000)
            #expect(try isSound(other))

            copyAsAfterCrash(path, to: path + "-copy")
            let recovered = try RawDatabase(path + "-copy")
            #expect(try recovered.number("SELECT count(*) + sum(length(text) = 800) FROM rows") == 6_000)
            #expect(try isSound(recovered))
        }
    }

    @Test("has every byte where it was written to, in whatever order the places come")
    func places() async throws {
        try await withTemporaryDirectory { directory in
            let system = try #require(sqlite3_vfs_find(LogFileSystem.name))
            let file = UnsafeMutablePointer<sqlite3_file>(
                OpaquePointer(
                    UnsafeMutableRawPointer.allocate(byteCount: Int(system.pointee.szOsFile), alignment: 16)))
            defer { free(file) }
            // The log gets the mode of the file that it belongs to.
            write([], to: directory + "/some")
            let path = directory + "/some-wal"
            let flags = SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            #expect(path.withCString { system.pointee.xOpen(system, $0, file, flags, nil) } == SQLITE_OK)
            let methods = try #require(file.pointee.pMethods).pointee
            var expected = [UInt8](repeating: 0, count: 400_000)
            // Behind each other, with gaps, over what was written before, and as much as there is room for.
            for (number, (offset, count)) in [
                (0, 32), (32, 100), (132, 4_096), (9_000, 50), (100, 2_000), (2_100, 10), (0, 5),
                (20_000, 130_000),
                (150_000, 131_071), (281_071, 3), (200_000, 100_000), (399_999, 1),
            ].enumerated() {
                let bytes = [UInt8](repeating: UInt8(number + 1), count: count)
                expected.replaceSubrange(offset..<offset + count, with: bytes)
                #expect(methods.xWrite(file, bytes, Int32(count), Int64(offset)) == SQLITE_OK)
            }
            var size: Int64 = 0
            #expect(methods.xFileSize(file, &size) == SQLITE_OK && size == 400_000)
            #expect(methods.xClose(file) == SQLITE_OK)
            // As one number: of two long arrays that differ, the test would look for the difference for ever.
            let found = contents(of: path)
            let firstDifference = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset
            #expect(
                found.count == expected.count && firstDifference == nil,
                "\(found.count), \(String(describing: firstDifference))")
        }
    }

    @Test("is begun anew after a checkpoint, over what stood there before")
    func reused() async throws {
        try await withDatabase { path, database in
            for round in 0..<4 {
                try insert(round * 500..<round * 500 + 500, database)
                try database.run("PRAGMA wal_checkpoint(\(round == 2 ? "TRUNCATE" : "RESTART"))")
            }
            try insert(2_000..<2_001, database)
            copyAsAfterCrash(path, to: path + "-copy")
            #expect(try RawDatabase(path + "-copy").number("SELECT count(*) FROM rows") == 2_001)
            #expect(try isSound(RawDatabase(path)))
        }
    }

    @Test("that cannot be written fails the transaction and nothing else")
    func failingDisk() async throws {
        try await withDatabase { path, database in
            try insert(0..<10, database)
            let log = path + "-wal"
            let descriptor = try #require(
                (0..<20_000).first { number in
                    var target = [CChar](repeating: 0, count: 4_096)
                    let count = readlink("/proc/self/fd/\(number)", &target, target.count - 1)
                    return count > 0
                        && String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
                            == log
                })
            let (readable, kept) = (
                Glibc.open(log, O_RDONLY | O_CLOEXEC), fcntl(Int32(descriptor), F_DUPFD_CLOEXEC, 3)
            )
            defer {
                close(readable)
                close(kept)
            }
            dup2(readable, Int32(descriptor))
            #expect(throws: (any Error).self) { try insert(10..<500, database) }
            dup2(kept, Int32(descriptor))
            #expect(try database.number("SELECT count(*) FROM rows") == 10)
            try insert(20..<30, database)
            #expect(try RawDatabase(path).number("SELECT count(*) FROM rows") == 20)
            copyAsAfterCrash(path, to: path + "-copy")
            let recovered = try RawDatabase(path + "-copy")
            #expect(try recovered.number("SELECT count(*) FROM rows") == 20)
            #expect(try isSound(recovered))
        }
    }
}
