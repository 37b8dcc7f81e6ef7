import Testing

@testable import Redis

@Suite("The RESP parser")
struct RESPParserTests {
    enum Outcome: Equatable {
        case value(RESPValue, rest: Int)
        case needsMore
        case failed(String)
    }

    /// Feeds pieces that end at these places, each time in memory of exactly what there is.
    private func read(_ bytes: [UInt8], cutAt cuts: [Int] = [], limits: RESPLimits = RESPLimits()) -> Outcome
    {
        var parser = RESPParser(limits: limits)
        for end in cuts.sorted() + [bytes.count] {
            let piece = Array(bytes[..<end])
            let outcome: Outcome? = piece.withUnsafeBytes { piece in
                // An empty array has no address to speak of.
                let base = piece.baseAddress ?? UnsafeRawPointer(bitPattern: 16)!
                switch parser.advance(base, count: piece.count) {
                case .needsMore: return nil
                case .failed(let failure): return .failed("\(failure.detail)")
                case .complete:
                    return .value(RESPReply(base, parser.tokens).value, rest: bytes.count - parser.position)
                }
            }
            if let outcome { return outcome }
        }
        return .needsMore
    }

    private func read(_ text: String, limits: RESPLimits = RESPLimits()) -> Outcome {
        read(Array(text.utf8), limits: limits)
    }

    private func string(_ text: String) -> RESPValue { .string(Array(text.utf8)) }

    static let whole: [(String, RESPValue)] = [
        ("+OK\r\n", .string(Array("OK".utf8))), ("+\r\n", .string([])), ("-ERR no\r\n", .error("ERR no")),
        (":0\r\n", .integer(0)), (":-42\r\n", .integer(-42)), (":+7\r\n", .integer(7)),
        (":9223372036854775807\r\n", .integer(.max)), (":-9223372036854775808\r\n", .integer(.min)),
        ("$0\r\n\r\n", .string([])), ("$4\r\na\r\nb\r\n", .string(Array("a\r\nb".utf8))),
        ("$-1\r\n", .null), ("*-1\r\n", .null), ("_\r\n", .null), ("#t\r\n", .boolean(true)),
        ("#f\r\n", .boolean(false)), (",1.5e3\r\n", .string(Array("1.5e3".utf8))),
        (",-inf\r\n", .string(Array("-inf".utf8))),
        ("(123456789012345678901\r\n", .string(Array("123456789012345678901".utf8))),
        ("!5\r\nERR x\r\n", .error("ERR x")), ("=7\r\ntxt:abc\r\n", .string(Array("abc".utf8))),
        ("*0\r\n", .array([])), ("%0\r\n", .map([])), ("~1\r\n:1\r\n", .array([.integer(1)])),
        ("*2\r\n*1\r\n:1\r\n$1\r\nx\r\n", .array([.array([.integer(1)]), .string([0x78])])),
        ("%1\r\n+a\r\n*0\r\n", .map([.string([0x61]), .array([])])),
        ("|1\r\n+ttl\r\n:3\r\n$1\r\nx\r\n", .string([0x78])), ("|0\r\n:1\r\n", .integer(1)),
        ("*2\r\n|1\r\n+a\r\n*1\r\n:9\r\n:1\r\n:2\r\n", .array([.integer(1), .integer(2)])),
        ("|1\r\n+a\r\n+b\r\n|1\r\n+c\r\n+d\r\n#t\r\n", .boolean(true)),
    ]

    @Test("reads every type of both versions", arguments: whole)
    func types(text: String, value: RESPValue) {
        #expect(read(text) == .value(value, rest: 0))
        #expect(read(text + "+next") == .value(value, rest: 5))
    }

    @Test(
        "refuses what no server writes",
        arguments: [
            "x\r\n", "OK\r\n", "+a\nb\r\n", "+a\rb\r\n", "+a\n", "$\r\n", "$-2\r\n", "$+1\r\nx\r\n",
            "$01\r\nx\r\n",
            "$1x\r\n", "$?\r\n", "$99999999999\r\n", "$1\r\nxyz", "$1\r\nx\n\n", "*-2\r\n", "*1.0\r\n",
            "*?\r\n",
            ":\r\n", ":1.5\r\n", ":9223372036854775808\r\n", ":-\r\n", ":--1\r\n", ": 1\r\n", "#x\r\n",
            "#\r\n", "#tt\r\n",
            "_x\r\n", ",\r\n", ",1.\r\n", ",.5\r\n", ",1e\r\n", ",infinity\r\n", "(1a\r\n", "!-1\r\n",
            "=-1\r\n", "=3\r\nabc\r\n",
            "=4\r\nabcd\r\n", "%-1\r\n", "~-1\r\n", "*1\r\nx",
        ])
    func refusals(text: String) {
        guard case .failed = read(text) else {
            Issue.record("\(text.debugDescription) was read as \(read(text))")
            return
        }
    }

    @Test("waits for the rest of whatever could still be an answer")
    func prefixes() {
        for (text, _) in Self.whole {
            for end in 0..<text.utf8.count {
                #expect(
                    read(Array(text.utf8.prefix(end))) == .needsMore, "\(text.debugDescription) up to \(end)")
            }
        }
    }

    @Test("reads the same however the bytes are cut")
    func cuts() {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0 ... .max, using: &random)
        var generator = Repeatable(state: seed)
        var limits = RESPLimits()
        limits.maxLineBytes = 24
        limits.maxBulkBytes = 40
        limits.maxElements = 12
        limits.maxDepth = 3
        let alphabet = Array("+-:$!=*~>%|_#,(\r\n0123tfa ".utf8)
        for _ in 0..<20_000 {
            var bytes = Array(Self.whole.randomElement(using: &generator)!.0.utf8)
            // Some as they are, some damaged, some without meaning.
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                let extra = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator)!
                }
                bytes.insert(contentsOf: extra, at: place)
            }
            let whole = read(bytes, limits: limits)
            let everywhere = read(bytes, cutAt: Array(0..<bytes.count), limits: limits)
            let somewhere = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &generator) }
            let cut = read(bytes, cutAt: somewhere, limits: limits)
            // Where it was complete in pieces, the rest had come behind; that is all that may differ.
            guard whole == everywhere, whole == cut else {
                Issue.record("seed \(seed), \(bytes): \(whole), \(everywhere), \(cut) cut at \(somewhere)")
                return
            }
        }
    }

    @Test("refuses a string as soon as its length is known to be too large, before a byte of it")
    func bulkLimit() {
        var limits = RESPLimits()
        limits.maxBulkBytes = 10
        #expect(read("$10\r\n", limits: limits) == .needsMore)
        #expect(read("$11\r\n", limits: limits) == .failed("\(RESPFailure.bulkTooLong.detail)"))
    }

    @Test("keeps limits on lines, on depth and on the number of elements, whatever was announced")
    func otherLimits() {
        var limits = RESPLimits()
        limits.maxLineBytes = 4
        limits.maxDepth = 2
        limits.maxElements = 6
        #expect(read("+abcd\r\n", limits: limits) == .value(string("abcd"), rest: 0))
        #expect(read("+abcde\r\n", limits: limits) == .failed("\(RESPFailure.lineTooLong.detail)"))
        #expect(read("+abcdefgh", limits: limits) == .failed("\(RESPFailure.lineTooLong.detail)"))
        #expect(
            read("*1\r\n*1\r\n:1\r\n", limits: limits) == .value(.array([.array([.integer(1)])]), rest: 0))
        #expect(read("*1\r\n*1\r\n*1\r\n", limits: limits) == .failed("\(RESPFailure.tooDeep.detail)"))
        #expect(read("*7\r\n", limits: limits) == .failed("\(RESPFailure.tooMany.detail)"))
        #expect(read("%4\r\n", limits: limits) == .failed("\(RESPFailure.tooMany.detail)"))
        #expect(read("*2\r\n*5\r\n", limits: limits) == .failed("\(RESPFailure.tooMany.detail)"))
        let attributes = String(repeating: "|0\r\n", count: 8)
        #expect(read(attributes, limits: limits) == .failed("\(RESPFailure.tooMany.detail)"))
    }

    @Test("reads one answer after the other in one piece of memory")
    func sequence() {
        let bytes = Array("+a\r\n*2\r\n:1\r\n:2\r\n$1\r\nx\r\n:5".utf8)
        var parser = RESPParser()
        var values: [RESPValue] = []
        bytes.withUnsafeBytes { bytes in
            while case .complete = parser.advance(bytes.baseAddress!, count: bytes.count) {
                values.append(RESPReply(bytes.baseAddress!, parser.tokens).value)
                parser.begin(at: parser.position)
            }
        }
        #expect(values == [string("a"), .array([.integer(1), .integer(2)]), string("x")])
        #expect(parser.position == bytes.count - 2)
    }

    @Test("reads back what the writer wrote")
    func writer() {
        var bytes: [UInt8] = []
        RESPWriter.begin(4, into: &bytes)
        RESPWriter.argument("SET" as StaticString, into: &bytes)
        RESPWriter.argument([1, 2], "schlüssel", into: &bytes)
        RESPWriter.argument([13, 10], [0], into: &bytes)
        RESPWriter.argument(1_234_567_890, into: &bytes)
        #expect(
            read(bytes)
                == .value(
                    .array([
                        string("SET"), .string([1, 2] + Array("schlüssel".utf8)), .string([13, 10, 0]),
                        string("1234567890"),
                    ]), rest: 0))
    }
}

/// Numbers that a seed brings back.
struct Repeatable: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
