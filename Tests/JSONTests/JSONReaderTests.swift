import JSON
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    private struct Order: Equatable {
        var event = ""
        var seats: [String] = []
        var method: String?
    }

    /// The way a service reads a request: one switch, nothing but literals.
    private func order(_ text: String) throws(JSONError) -> Order {
        try JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in
            var order = Order()
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "event": order.event = try reader.string()
                case "seats":
                    try reader.array(elementLimit: 3) { reader throws(JSONError) in
                        let seat = try reader.string()
                        guard !seat.isEmpty else { throw reader.invalidValue("must not be empty") }
                        order.seats.append(seat)
                    }
                case "payment":
                    guard try !reader.takeNull() else { return }
                    try reader.object { key, reader throws(JSONError) in
                        switch key {
                        case "method": order.method = try reader.string()
                        default: throw reader.unknownMember()
                        }
                    }
                default: throw reader.unknownMember()
                }
            }
            guard !order.event.isEmpty else { throw reader.missingMember("event") }
            return order
        }
    }

    private func refusal(_ text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try order(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("a request is read in any order of members, with any white space and any escapes")
    func reads() throws {
        let expected = Order(event: "demo", seats: ["A-1-1", "A-1-2"], method: "sandbox")
        #expect(
            try order(#"{"event":"demo","seats":["A-1-1","A-1-2"],"payment":{"method":"sandbox"}}"#)
                == expected)
        #expect(
            try order(
                "\r\n{ \"payment\" :\t{\"method\": \"sandbox\"} ,\n\"seats\":[ \"A-1-1\" , \"A-1-2\"],"
                    + "\"event\":\"demo\" }\n") == expected)
        #expect(
            try order(
                #"{"\u0065vent":"d\u0065mo","seats":["A-1-1","A\u002d1\u002D2"],"payment":{"method":"sandbox"}}"#
            )
                == expected)
        #expect(try order(#"{"event":"e","payment":null}"#) == Order(event: "e"))
    }

    @Test("an error names the place as a JSON Pointer and as a byte, and says what would be right")
    func places() throws {
        let faults: [(String, JSONError.Code, String, String, Int)] = [
            (#"{"event":"e","seats":["a",7]}"#, .wrongType, "/seats/1", "must be a string, not a number", 26),
            (#"{"event":7}"#, .wrongType, "/event", "must be a string, not a number", 9),
            (#"[]"#, .wrongType, "", "must be an object, not an array", 0),
            (#"{"event":"e","price":1}"#, .unknownMember, "/price", "is not a member known here", 21),
            (#"{"event":"e","a/b~c":1}"#, .unknownMember, "/a~1b~0c", "is not a member known here", 21),
            (
                #"{"event":"e","payment":{"x":1}}"#, .unknownMember, "/payment/x",
                "is not a member known here", 28
            ),
            (#"{"event":"e","event":"f"}"#, .repeatedMember, "/event", "must not be given twice", 13),
            (#"{"seats":[]}"#, .missingMember, "", "must have the member \"event\"", 12),
            (#"{"event":"e","seats":["a",""]}"#, .invalidValue, "/seats/1", "must not be empty", 28),
            (
                #"{"event":"e","seats":["a","b","c","d"]}"#, .tooMany, "/seats",
                "must have at most 3 elements", 34
            ),
            (#"{"event":"e"} x"#, .trailingBytes, "", "must end after its first value", 14),
        ]
        for (text, code, pointer, message, offset) in faults {
            let error = try #require(refusal(text), "\(text)")
            #expect(error.code == code, "\(text)")
            #expect(error.pointer == pointer, "\(text)")
            #expect(error.message == message, "\(text)")
            #expect(error.offset == offset, "\(text)")
        }
    }

    @Test("a repeated member is found behind escapes and in parts nobody reads")
    func repeatedMembers() {
        #expect(refusal(#"{"event":"e","\u0065vent":"f"}"#)?.code == .repeatedMember)
        #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"a":{"b":1,"b":1}}"#) }
        #expect(throws: JSONError.self) {
            try JSONReader.read(Array(#"[{"b":1,"b":1}]"#.utf8)) { reader throws(JSONError) in
                try reader.skip()
            }
        }
        #expect(throws: Never.self) { try JSONValue(parsing: #"{"a":{"b":1},"b":{"b":1}}"#) }
    }

    @Test("a value the caller leaves alone is skipped, and still checked")
    func skips() throws {
        let text = #"{"skip":{"deep":[1,"x",null,{"y":-1.5e3}]},"take":5,"end":[true,false]}"#
        let taken = try JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in
            var taken: Int64 = 0
            try reader.object { key, reader throws(JSONError) in
                if key == "take" { taken = try reader.integer() }
            }
            return taken
        }
        #expect(taken == 5)
        #expect(throws: JSONError.self) {
            try JSONReader.read(Array(#"{"skip":[01]}"#.utf8)) { reader throws(JSONError) in
                try reader.object { _, _ in }
            }
        }
        #expect(throws: JSONError.self) { try JSONReader.read(Array("[1,]".utf8)) { _ in } }
    }

    @Test("integers are exact over all 64 bits and refused beyond")
    func integers() throws {
        func integer(_ text: String) throws -> Int64 {
            try JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in try reader.integer() }
        }
        for value in [0, 1, -1, 9_007_199_254_740_993, Int64.max, Int64.max - 1, Int64.min, Int64.min + 1] {
            #expect(try integer(String(value)) == value)
        }
        #expect(try integer("-0") == 0)
        for text in [
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999999",
        ] {
            #expect(throws: JSONError.self, "\(text)") { try integer(text) }
        }
        for text in ["1.0", "1e2", "1E+2", "0.0"] {
            #expect(throws: JSONError.self, "\(text)") { try integer(text) }
        }
        func small(_ text: String) throws -> Int {
            try JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in try reader.integer(in: 1...6)
            }
        }
        #expect(try small("6") == 6)
        #expect(throws: JSONError.self) { try small("7") }
        #expect(throws: JSONError.self) { try small("0") }
    }

    @Test("fractions are the nearest Double, however they are written")
    func fractions() throws {
        func double(_ text: String) throws -> Double {
            try JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in try reader.double() }
        }
        let texts = [
            "0", "-0", "1", "-1.5", "0.1", "123.456", "1e3", "1E-3", "1.7976931348623157e308", "5e-324",
            "2.2250738585072011e-308", "9007199254740993", "0.30000000000000004", "17976931348623157e292",
            "123456789012345678901234567890.5", "0.000000000000000000000000000001", "1e23", "8.5e+2",
            "1e-400",
        ]
        for text in texts {
            #expect(try double(text).bitPattern == Double(text)?.bitPattern, "\(text)")
        }
        #expect(throws: JSONError.self) { try double("1e309") }
        #expect(throws: JSONError.self) { try double("-1e999999999999999999999") }
    }

    @Test("nesting is refused one level past the limit, before it can cost a stack")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: nested(16))
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(17)) }
        _ = try JSONValue(parsing: nested(200), depthLimit: 256)
        let hostile = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: hostile) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(17)) }
        #expect(error?.code == .tooDeep)
        #expect(error?.pointer == String(repeating: "/0", count: 16))
    }

    @Test("an object has a limit on its members")
    func memberLimit() throws {
        func members(_ count: Int) -> [UInt8] {
            Array(("{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}").utf8)
        }
        _ = try JSONValue(parsing: members(256))
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: members(257)) }
        #expect(error?.code == .tooMany)
    }

    @Test("text compares with literals by its decoded bytes")
    func text() throws {
        let equal = try JSONReader.read(Array(#"["tok_ok","tok\u005fok","tok_o","tok_okk",""]"#.utf8)) {
            reader throws(JSONError) in
            var equal: [Bool] = []
            try reader.array { reader throws(JSONError) in equal.append(try reader.text() == "tok_ok") }
            return equal
        }
        #expect(equal == [true, true, false, false, false])
    }

    @Test("an offset is told as line and column the way an editor counts")
    func positions() {
        let text = Array("{\n  \"좌석\": 7,\n}".utf8)
        #expect(TextPosition(offset: 0, in: text) == TextPosition(offset: -1, in: text))
        let seven = text.firstIndex(of: UInt8(ascii: "7"))!
        #expect(TextPosition(offset: seven, in: text).line == 2)
        #expect(TextPosition(offset: seven, in: text).column == 9)
        #expect(TextPosition(offset: 10_000, in: text).line == 3)
        #expect(TextPosition(offset: 10_000, in: text).column == 2)
    }
}
