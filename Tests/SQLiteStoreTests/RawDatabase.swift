import Glibc

@testable import SQLiteStore

/// A connection beside the store, as another program would have it: for looking at rows and for doing harm.
struct RawDatabase {
    let connection: Connection

    init(_ path: String) throws {
        connection = try Connection(path: path, role: .writer, settings: .forTests)
    }

    func run(_ statements: String...) throws {
        for statement in statements { try connection.execute(statement) }
    }

    func number(_ question: StaticString) throws -> Int {
        Int(try connection.statement(question).firstNumber() ?? 0)
    }
}

func mode(of path: String) -> mode_t? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & 0o777
}

func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        guard count > 0 else { return bytes }
        bytes += buffer.prefix(count)
    }
}

func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { return }
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
}

/// What a crash of the machine at this moment would leave: the file and its log, without the shared index.
func copyAsAfterCrash(_ path: String, to copy: String) {
    write(contents(of: path), to: copy)
    write(contents(of: path + "-wal"), to: copy + "-wal")
}
