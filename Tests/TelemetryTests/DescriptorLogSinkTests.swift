import Glibc
import JSON
import Telemetry
import Testing

@Suite("Log lines on a descriptor", .serialized)
struct DescriptorLogSinkTests {
    private func pipePair() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    /// Reads until the writer's end is closed.
    private func lines(from descriptor: Int32) -> [String] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func write(_ text: String, to sink: DescriptorLogSink) {
        Array(text.utf8).withUnsafeBytes { sink.write($0) }
    }

    @Test("lines come out whole and in order, and a flush waits for the last of them")
    func order() {
        let (readEnd, writeEnd) = pipePair()
        let sink = DescriptorLogSink(descriptor: writeEnd)
        let expected = (0..<500).map { "{\"n\":\($0)}" }
        for line in expected { write(line + "\n", to: sink) }
        #expect(sink.flush(deadlineMs: 10_000))
        close(writeEnd)
        #expect(lines(from: readEnd) == expected)
        #expect(sink.lostLines == 0)
        close(readEnd)
    }

    @Test("while nobody reads, callers go on, lines are counted as lost, and a later line says how many")
    func stalledReader() throws {
        let (readEnd, writeEnd) = pipePair()
        let sink = DescriptorLogSink(descriptor: writeEnd, capacity: 16_384)
        // The pipe is full before the first line, so nothing can leave.
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
        while Glibc.write(writeEnd, "\n", 1) == 1 {}
        _ = fcntl(writeEnd, F_SETFL, 0)
        let line = "{\"text\":\"\(String(repeating: "x", count: 1_000))\"}\n"
        for _ in 0..<1_000 { write(line, to: sink) }
        // 16 KiB wait and as much may be on its way.
        #expect(sink.lostLines >= 960)
        #expect(!sink.flush(deadlineMs: 20))
        var drained: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
        while !sink.flush(deadlineMs: 1) {
            let count = read(readEnd, &chunk, chunk.count)
            if count > 0 { drained.append(contentsOf: chunk[..<count]) }
        }
        write("{\"text\":\"after\"}\n", to: sink)
        write("{\"text\":\"at last\"}\n", to: sink)
        #expect(sink.flush(deadlineMs: 10_000))
        close(writeEnd)
        let all =
            String(decoding: drained, as: UTF8.self).split(separator: "\n").map(String.init)
            + lines(from: readEnd)
        let values = try all.map { try JSONValue(parsing: $0) }
        #expect(values.compactMap { $0["lost"]?.integer }.reduce(0, +) == Int64(sink.lostLines))
        #expect(values.count + Int(sink.lostLines) == 1_002)
        #expect(values.suffix(2).map { $0["text"]?.string } == ["after", "at last"])
        #expect(values.last?["lost"] == nil)
        close(readEnd)
    }

    @Test("a closed pipe costs lines, not the process")
    func closedPipe() {
        let (readEnd, writeEnd) = pipePair()
        close(readEnd)
        let sink = DescriptorLogSink(descriptor: writeEnd)
        write("{\"a\":1}\n", to: sink)
        write("{\"a\":2}\n", to: sink)
        #expect(sink.flush(deadlineMs: 10_000))
        #expect(sink.lostLines == 2)
        close(writeEnd)
    }

    @Test("a sink that nobody holds any more writes what it took and ends")
    func end() {
        let (readEnd, writeEnd) = pipePair()
        var sink: DescriptorLogSink? = DescriptorLogSink(descriptor: writeEnd)
        write("{\"a\":1}\n", to: sink!)
        sink = nil
        var chunk = [UInt8](repeating: 0, count: 64)
        #expect(read(readEnd, &chunk, chunk.count) == 8)
        close(writeEnd)
        close(readEnd)
    }

    @Test("many threads write at once and every line stays whole")
    func threads() async {
        let (readEnd, writeEnd) = pipePair()
        let sink = DescriptorLogSink(descriptor: writeEnd)
        let logger = Logger(service: "s", level: .info, sink: sink)
        async let received = Task.detached { self.lines(from: readEnd) }.value
        await withTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<500 { logger.info("m") { $0.member("n", writer * 1_000 + number) } }
                }
            }
        }
        #expect(logger.flush(deadlineMs: 10_000))
        close(writeEnd)
        let numbers = await received.compactMap { try? JSONValue(parsing: $0)["n"]?.integer }
        #expect(Set(numbers).count == 2_000)
        close(readEnd)
    }
}
