import Testing

@testable import AWSDouble

@Suite struct DecimalNumberTests {
    private func text(_ number: String) throws -> String { try DecimalNumber(parsing: Text(number)).text }

    @Test(
        "a number comes back in plain digits without needless zeros",
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000", "0"), ("1.50", "1.5"), ("007", "7"), ("+3", "3"),
            ("1E2", "100"),
            ("-2.5e-3", "-0.0025"), ("1e20", "100000000000000000000"), (".5", "0.5"), ("5.", "5"),
            ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
            ("0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001"),
        ])
    func plainText(given: String, expected: String) throws {
        #expect(try text(given) == expected)
    }

    @Test(
        "what is no number is refused",
        arguments: ["", "-", ".", "1e", "e5", "1.2.3", "0x10", "1 ", "NaN", "１"])
    func noNumbers(_ text: String) {
        #expect(throws: DecimalNumber.Fault.self) { try DecimalNumber(parsing: Text(text)) }
    }

    @Test("38 digits are kept exactly and 39 are refused")
    func precision() throws {
        let most = String(repeating: "9", count: 38)
        #expect(try text(most) == most)
        #expect(throws: DecimalNumber.Fault.precision) { try DecimalNumber(parsing: Text("1" + most)) }
        #expect(throws: DecimalNumber.Fault.precision) {
            try DecimalNumber(parsing: Text(most)).adding(DecimalNumber(parsing: "0.1"))
        }
        #expect(
            try DecimalNumber(parsing: Text(most)).adding(DecimalNumber(1)).text == "1"
                + String(repeating: "0", count: 38))
    }

    @Test("numbers beyond the range are refused")
    func range() throws {
        #expect(try text("9.9e125").hasPrefix("99"))
        #expect(throws: DecimalNumber.Fault.overflow) { try DecimalNumber(parsing: "1e126") }
        #expect(throws: DecimalNumber.Fault.underflow) { try DecimalNumber(parsing: "1e-131") }
        #expect(throws: DecimalNumber.Fault.overflow) {
            try DecimalNumber(parsing: "1e999999999999999999999")
        }
    }

    @Test("sums, differences and order agree with whole numbers, whatever the point's place")
    func arithmetic() throws {
        var dice = TestDice(seed: 7)
        for _ in 0..<5_000 {
            let left = dice.next(2_000_001) - 1_000_000
            let right = dice.next(2_001) - 1_000
            let places = dice.next(6)
            let scaled = { (value: Int) throws in try DecimalNumber(parsing: Text("\(value)e-\(places)")) }
            let (first, second) = (try scaled(left), try scaled(right))
            #expect(try first.adding(second) == scaled(left + right))
            #expect(try first.subtracting(second) == scaled(left - right))
            #expect((first < second) == (left < right))
            #expect((first == second) == (left == right))
        }
    }

    @Test("0.1 and 0.2 are 0.3")
    func exactness() throws {
        #expect(try DecimalNumber(parsing: "0.1").adding(DecimalNumber(parsing: "0.2")).text == "0.3")
    }
}
