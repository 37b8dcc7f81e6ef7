/// Numbers: integers exactly or not at all, fractions as the nearest `Double`.
extension JSONReader {
    /// A number as it is written: `±mantissa × 10^exponent`, as far as 64 bits carry it.
    struct Number {
        let start: Int
        var isNegative = false
        /// Written without a fraction and without an exponent.
        var isInteger = true
        /// The digits as one integer; meaningless once `overflows`.
        var mantissa: UInt64 = 0
        var overflows = false
        /// How many of the digits stand behind the point.
        var fractionDigits = 0
        var hasExponent = false
    }

    /// An integer that fits 64 bits. `1.0` and `1e2` are refused: an id or an amount is not written like that.
    package mutating func integer() throws(JSONError) -> Int64 {
        try expect(.number)
        let number = try scanNumber()
        guard number.isInteger else {
            throw JSONError(.wrongType, "must be a whole number", offset: number.start)
        }
        let limit = number.isNegative ? Int64.min.magnitude : UInt64(Int64.max)
        guard !number.overflows, number.mantissa <= limit else {
            throw JSONError(.numberOutOfRange, "must fit a signed 64-bit integer", offset: number.start)
        }
        return number.isNegative
            ? Int64(truncatingIfNeeded: 0 &- number.mantissa) : Int64(number.mantissa)
    }

    /// An integer from a range that the caller names.
    package mutating func integer(in range: ClosedRange<Int>) throws(JSONError) -> Int {
        try expect(.number)
        let offset = position
        let value = try integer()
        guard range.contains(Int(value)) else {
            throw JSONError(
                .invalidValue, "must be from \(range.lowerBound) to \(range.upperBound)", offset: offset)
        }
        return Int(value)
    }

    /// Any number, as the nearest `Double`.
    package mutating func double() throws(JSONError) -> Double {
        try expect(.number)
        let number = try scanNumber()
        // Up to 2^53 and 10^22 both operands are exact, so one division rounds once and correctly.
        if !number.overflows, number.mantissa <= 1 << 53, number.fractionDigits <= 22, !number.hasExponent {
            let magnitude = Double(number.mantissa) / Self.powersOfTen[number.fractionDigits]
            return number.isNegative ? -magnitude : magnitude
        }
        let digits = UnsafeRawBufferPointer(rebasing: bytes[number.start..<position])
        guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else {
            throw JSONError(
                .numberOutOfRange, "must fit a 64-bit floating-point number", offset: number.start)
        }
        return value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Goes past a number, checking RFC 8259's grammar: no leading zero, no bare point, no bare exponent.
    mutating func scanNumber() throws(JSONError) -> Number {
        var number = Number(start: position)
        if bytes[position] == UInt8(ascii: "-") {
            number.isNegative = true
            advance(by: 1)
        }
        let wholeStart = position
        let wholeDigits = try scanDigits(&number)
        guard wholeDigits == 1 || bytes[wholeStart] != UInt8(ascii: "0") else {
            throw JSONError(.invalidSyntax, "must not have a leading zero", offset: wholeStart)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            advance(by: 1)
            number.isInteger = false
            number.fractionDigits = try scanDigits(&number)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            advance(by: 1)
            number.isInteger = false
            number.hasExponent = true
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                advance(by: 1)
            }
            var exponent = Number(start: position)
            _ = try scanDigits(&exponent)
        }
        return number
    }

    /// At least one digit; how many there were.
    private mutating func scanDigits(_ number: inout Number) throws(JSONError) -> Int {
        let start = position
        while position < bytes.count, 48...57 ~= bytes[position] {
            let (product, overflow) = number.mantissa.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[position] - 48))
            number.mantissa = sum
            number.overflows = number.overflows || overflow || carry
            advance(by: 1)
        }
        guard position > start else {
            guard position < bytes.count else { throw unexpectedEnd() }
            throw failure(.invalidSyntax, "must have a digit here")
        }
        return position - start
    }
}
