import JSON
import Testing

@Suite("JSON reader against hostile input")
struct JSONHostileTests {
    private func accepts(_ bytes: [UInt8]) -> Bool { (try? JSONValue(parsing: bytes)) != nil }
    private func accepts(_ text: String) -> Bool { accepts(Array(text.utf8)) }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "tru", "True", "falsee", "'a'", "a", "+1", "-", "--1", "01", "-01", "00",
            "1.", ".1",
            "1.e1", "1e", "1e+", "1e1.5", "0x10", "1_000", "NaN", "Infinity", "-Infinity", "1 2", "[1 2]",
            "[1,]",
            "[,1]", "[,]", "[1,,2]", "[", "]", "[}", "{]", "{", "}", "{,}", "{\"a\"}", "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\" 1}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "{\"a\":1}}", "[1]]", "[1],", "\"", "\"a",
            "\"\\\"",
            "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\U0041\"", "\"\\ud800\"", "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\udc00\\ud800\"", "\"a\nb\"", "\"\u{0}\"", "\"\t\"",
            "\u{FEFF}1",
            "// c\n1", "/* c */1", "1\u{0}", "\u{A0}1", "\u{C}1", "[1\u{B},2]", "{\"a\":1,\"a\":1}",
            "\"a\" \"b\"",
            "{\"a\":1}\u{0}",
        ])
    func refused(text: String) {
        #expect(!accepts(text))
    }

    @Test(
        "what RFC 8259 allows is read",
        arguments: [
            "0", "-0", "-1", "1.5", "1e5", "1E+5", "1.25e-5", "\"\"", "\"\\u0000\"", "\"\\ud83c\\udfab\"",
            "\"\u{7F}\"",
            "\"\\/\"", " [ ] ", "{}", "[[],{}]", "{\"\":1}", "null", "\ttrue\r\n", "[null,true,false]",
            "\"\u{10FFFF}\"",
            "{\"a\":{\"a\":1}}", "\"\u{2028}\"",
        ])
    func accepted(text: String) {
        #expect(accepts(text))
    }

    @Test("bytes that are not UTF-8 are refused in names and values, at every alignment")
    func invalidUTF8() {
        let sequences: [[UInt8]] = [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF],
            [0xE1, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF1, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xFE],
            [0xFF],
        ]
        for sequence in sequences {
            for lead in 0..<9 {
                let text = [UInt8](repeating: 0x61, count: lead) + sequence
                #expect(!accepts([0x22] + text + [0x22]), "\(sequence)")
                #expect(!accepts(Array("{\"".utf8) + text + Array("\":1}".utf8)), "\(sequence)")
                #expect(!accepts([0x22] + text), "\(sequence)")
            }
        }
        for scalar in [
            "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
        ] {
            #expect(accepts("\"\(scalar)\""))
        }
    }

    @Test("every prefix of a good document is refused")
    func prefixes() {
        let document = Array(
            #"{"event":"demo\u00e9\ud83c\udfab 좌석","seats":["A-1-1",-12,1.5e3,true,false,null,{}],"x":{"y":[]}}"#
                .utf8)
        #expect(accepts(document))
        for length in 0..<document.count {
            // The memory ends where the document ends, so that a read past it is seen by the address sanitizer.
            let prefix = Array(document[..<length])
            #expect(!accepts(prefix), "\(length)")
        }
    }

    @Test("changing any one byte of a good document is answered, never trapped on")
    func mutations() {
        let document = Array(#"{"e":"d\u00e9\ud83c\udfab좌","s":["A",-12,1.5e3,true,null]}"#.utf8)
        var accepted = 0
        for index in document.indices {
            for byte in UInt8.min...UInt8.max {
                var mutated = document
                mutated[index] = byte
                if accepts(mutated) { accepted += 1 }
            }
        }
        #expect(accepted > document.count, "unchanged bytes and other letters are still documents")
        #expect(accepted < document.count * 256)
    }

    @Test("a random tree is written, read back and written again without a difference")
    func roundTrip() throws {
        var generator = SeededGenerator(state: 2026)
        for _ in 0..<3_000 {
            let tree = RandomTree.value(depth: 5, using: &generator)
            var writer = JSONWriter()
            writer.element(tree)
            let read = try JSONValue(parsing: writer.bytes)
            #expect(read == tree)
            var second = JSONWriter()
            second.element(read)
            #expect(second.bytes == writer.bytes)
        }
    }
}
