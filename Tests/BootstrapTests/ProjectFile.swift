import Glibc

/// A file of the project, for tests that compare what is written with what runs.
enum ProjectFile {
    struct Unreadable: Error {
        let path: String
    }

    static func write(_ text: String, to path: String) throws {
        guard let stream = fopen(absolute(path), "w") else { throw Unreadable(path: path) }
        defer { fclose(stream) }
        guard fputs(text, stream) >= 0 else { throw Unreadable(path: path) }
    }

    /// `path` is relative to the package's root.
    static func text(_ path: String) throws -> String {
        guard let stream = fopen(absolute(path), "r") else { throw Unreadable(path: path) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// This file is ROOT/Tests/BootstrapTests/ProjectFile.swift.
    private static func absolute(_ path: String) -> String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/" + path
    }
}
