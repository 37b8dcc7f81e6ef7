import Glibc
import Scaling
import Testing

@Suite("The committed files")
struct CommittedFilesTests {
    /// This file is ROOT/Tests/ScalingTests/CommittedFilesTests.swift.
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    private static func text(_ path: String) -> String? {
        guard let stream = fopen("\(root)/\(path)", "r") else { return nil }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, stream)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test("the policies and the template are what the code says: `ticket policies render` makes them so")
    func policies() throws {
        for file in ScalingFiles.render(try ScalingPolicies()) {
            #expect(Self.text(file.path) == file.text, "\(file.path) differs")
        }
    }

    @Test("the task definitions are what the code says: `ticket tasks render` makes them so")
    func tasks() throws {
        for file in try TaskDefinition.files() {
            #expect(Self.text(file.path) == file.text, "\(file.path) differs")
        }
    }
}
