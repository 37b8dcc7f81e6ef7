import JSON
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("commas stand between members and elements and nowhere else, at every depth")
    func commas() {
        let document = written { writer in
            writer.object { writer in
                writer.member("id", "pi_1")
                writer.array("seats") { writer in
                    writer.element("A-1-1")
                    writer.element("A-1-2")
                }
                writer.object("amount") { writer in
                    writer.member("value", 12_000)
                    writer.member("currency", "KRW")
                }
                writer.array("empty") { _ in }
                writer.object("none") { _ in }
                writer.null("order")
                writer.array("nested") { writer in
                    writer.object { $0.member("a", true) }
                    writer.array { $0.element(1) }
                    writer.null()
                }
                writer.member("last", false)
            }
        }
        #expect(
            document == """
                {"id":"pi_1","seats":["A-1-1","A-1-2"],"amount":{"value":12000,"currency":"KRW"},\
                "empty":[],"none":{},"order":null,"nested":[{"a":true},[1],null],"last":false}
                """)
    }

    @Test(
        "integers are written to the last digit",
        arguments: [
            0, 7, 10, 99, 100, 101, 999, 1_000, 65_535, 1_000_000, -1, -10, -999, Int64.max, Int64.min,
        ])
    func integers(value: Int64) {
        #expect(written { $0.element(value) } == String(value))
    }

    @Test("every power of ten and its neighbours are written to the last digit")
    func powersOfTen() {
        var power: UInt64 = 1
        while true {
            for value in [power - 1, power, power + 1] {
                #expect(written { $0.element(value) } == String(value))
            }
            guard power < 10_000_000_000_000_000_000 else { break }
            power *= 10
        }
        #expect(written { $0.element(UInt64.max) } == "18446744073709551615")
    }

    @Test("fractions are written with the digits that read back as the same number")
    func fractions() throws {
        let exact: [(Double, String)] = [
            (0, "0"), (12, "12"), (12.5, "12.5"), (-0.125, "-0.125"), (0.001, "0.001"), (3.14, "3.14"),
            (1e300, "1e+300"), (1.0005, "1.0005"), (100.02, "100.02"), (-7.1, "-7.1"),
        ]
        for (value, text) in exact { #expect(written { $0.element(value) } == text) }
        #expect(written { $0.element(Double.nan) } == "null")
        #expect(written { $0.element(-Double.infinity) } == "null")
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let pattern = Double(bitPattern: generator.next())
            let value =
                pattern.isFinite ? pattern : Double(Int64(bitPattern: generator.next()) % 100_000) / 1000
            let text = written { $0.element(value) }
            let read = try JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in try reader.double()
            }
            #expect(read.bitPattern == value.bitPattern, "\(text)")
        }
    }

    @Test(
        "quotes, backslashes and control characters are escaped wherever they stand; other text is not touched"
    )
    func escapes() {
        #expect(written { $0.element("a\"b\\c") } == #""a\"b\\c""#)
        #expect(written { $0.element("\u{8}\u{9}\u{A}\u{C}\u{D}") } == #""\b\t\n\f\r""#)
        #expect(written { $0.element("\u{0}\u{1F}\u{7F}") } == "\"\\u0000\\u001f\u{7F}\"")
        #expect(written { $0.element("좌석 é 🎫/") } == "\"좌석 é 🎫/\"")
        // Each place of the eight bytes that are looked at together, and the rest after them.
        for place in 0..<20 {
            let text = String(repeating: "x", count: place) + "\"" + String(repeating: "y", count: 19 - place)
            let escaped = text.replacing("\"", with: "\\\"")
            #expect(written { $0.element(text) } == "\"\(escaped)\"")
        }
    }

    @Test("bytes that are not UTF-8 become replacement characters, so a log line stays JSON")
    func untrustedText() {
        let bytes: [UInt8] = [0x2F, 0xFF, 0x41, 0xC3]
        let document = written { writer in bytes.withUnsafeBytes { writer.element(text: $0) } }
        #expect(document == "\"/\u{FFFD}A\u{FFFD}\"")
        let good = Array("/public/좌석?a=\"b\"".utf8)
        let quoted = written { writer in good.withUnsafeBytes { writer.element(text: $0) } }
        #expect(quoted == "\"/public/좌석?a=\\\"b\\\"\"")
    }

    @Test("a writer that was emptied or handed over starts a new document")
    func reuse() {
        var writer = JSONWriter(capacity: 8)
        writer.object { $0.member("a", 1) }
        let first = writer.take()
        writer.object { $0.member("b", 2) }
        writer.removeAll()
        writer.array { $0.element("c") }
        #expect(String(decoding: first, as: UTF8.self) == #"{"a":1}"#)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"["c"]"#)
    }

    @Test(
        "optional text is null when there is none; raw JSON and dynamic names take their place among members")
    func otherMembers() {
        let document = written { writer in
            writer.object { writer in
                writer.member("number", String?.none)
                writer.member("code", Optional("c"))
                writer.member("raw", raw: Array("[1]".utf8))
                writer.name("a\"b")
                writer.element(2)
                writer.name("list")
                writer.array { $0.element(3) }
                writer.member("word", StaticString("x"))
                writer.member("at", asciiCapacity: 9) { memory in
                    memory.copyMemory(from: [0x6F, 0x6B] as [UInt8], byteCount: 2)
                    return 2
                }
            }
        }
        #expect(
            document
                == #"{"number":null,"code":"c","raw":[1],"a\"b":2,"list":[3],"word":"x","at":"ok"}"#)
    }

    @Test("Base64 members match RFC 4648's vectors")
    func base64() {
        let vectors = [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{0}ÿ?>", "AMO/Pz4="),
        ]
        for (plain, encoded) in vectors {
            let document = written { writer in
                writer.object { writer in
                    Array(plain.utf8).withUnsafeBytes { writer.member("states", base64: $0) }
                    writer.member("next", 1)
                }
            }
            #expect(document == "{\"states\":\"\(encoded)\",\"next\":1}")
        }
    }
}
