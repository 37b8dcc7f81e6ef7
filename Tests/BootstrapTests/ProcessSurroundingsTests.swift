import Bootstrap
import Glibc
import Testing

@Suite("What a process was given")
struct ProcessSurroundingsTests {
    @Test("the environment is the one the process was started with")
    func environment() throws {
        let path = try #require(ProcessSurroundings.environment()["PATH"])
        #expect(path == String(cString: getenv("PATH")))
        #expect(ProcessSurroundings.cores() >= 1)
    }

    @Test("a file is read whole or not at all")
    func files() throws {
        var template = Array("/tmp/ticket-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            close(descriptor)
            unlink(path)
        }
        let content = [UInt8](repeating: 7, count: 40_000)
        #expect(write(descriptor, content, content.count) == content.count)
        #expect(BoundedFile.read(path, maxBytes: 40_000) == content)
        #expect(BoundedFile.read(path, maxBytes: 39_999) == nil)
        #expect(BoundedFile.read(path + "-none", maxBytes: 10) == nil)
    }
}
