import Glibc
import Testing

@testable import Redis

/// What the fuzzer has found to reach different code, read in every way in which it can be cut in two.
@Suite("The RESP parser's corpus")
struct RESPCorpusTests {
    private struct Outcome: Equatable {
        var values: [RESPValue] = []
        var failure: String?
        /// Where the last whole answer ends.
        var end = 0
    }

    private static let folder = {
        let path = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/\(path)/fuzz/corpus/resp-parser"
    }()

    private static let corpus: [[UInt8]] = {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().map { name in
            let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            // The fuzzer makes nothing larger.
            var bytes = [UInt8](repeating: 0, count: 8_192)
            let count = read(descriptor, &bytes, bytes.count)
            return Array(bytes.prefix(max(0, count)))
        }
    }()

    /// Reads answers until there are no more, from pieces that end at these places.
    private func outcome(of bytes: ArraySlice<UInt8>, cutAt cuts: [Int], _ limits: RESPLimits) -> Outcome {
        var parser = RESPParser(limits: limits)
        var outcome = Outcome()
        for end in cuts + [bytes.count] {
            let piece = Array(bytes.prefix(end))
            let isOver = piece.withUnsafeBytes { piece in
                // An empty array has no address to speak of.
                let base = piece.baseAddress ?? UnsafeRawPointer(bitPattern: 16)!
                while true {
                    switch parser.advance(base, count: piece.count) {
                    case .needsMore: return false
                    case .failed(let failure):
                        outcome.failure = "\(failure.detail)"
                        return true
                    case .complete:
                        outcome.values.append(RESPReply(base, parser.tokens).value)
                        outcome.end = parser.position
                        parser.begin(at: parser.position)
                    }
                }
            }
            if isOver { break }
        }
        return outcome
    }

    @Test("is read the same however it is cut")
    func everySplit() {
        #expect(Self.corpus.count >= 20, "\(Self.folder) holds too little")
        for input in Self.corpus where input.count > 1 {
            // The first byte is the fuzzer's choice of limits, as in its harness.
            var limits = RESPLimits()
            if input[0] & 1 == 1 {
                limits.maxLineBytes = 12
                limits.maxBulkBytes = 16
                limits.maxElements = 10
                limits.maxDepth = 3
            }
            let bytes = input.dropFirst()
            let whole = outcome(of: bytes, cutAt: [], limits)
            #expect(outcome(of: bytes, cutAt: Array(0..<min(bytes.count, 1_024)), limits) == whole)
            // All of them where they are few, and otherwise as many.
            for cut in stride(from: 0, through: bytes.count, by: max(1, bytes.count / 256)) {
                let got = outcome(of: bytes, cutAt: [cut], limits)
                guard got == whole else {
                    Issue.record("\(input), cut at \(cut): \(got) where the whole is \(whole)")
                    return
                }
            }
        }
    }
}
