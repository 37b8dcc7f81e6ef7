/// A number of DynamoDB: up to 38 significant digits, exactly. Each value has one spelling, so equal numbers have
/// equal members.
package struct DecimalNumber: Hashable, Sendable {
    // Two halves and not one UInt128: its alignment would make every attribute value half as large again.
    private let high: UInt64
    private let low: UInt64
    /// The value is mantissa × 10^exponent; the mantissa does not end in a zero.
    let exponent: Int16
    let isNegative: Bool

    static let maxDigits = 38
    static let maxMagnitude = 125
    static let minMagnitude = -130

    package struct Fault: Error, Equatable {
        let message: String

        static let precision = Fault(
            message: "Attempting to store more than 38 significant digits in a Number")
        static let overflow = Fault(
            message:
                "Number overflow. Attempting to store a number with magnitude larger than supported range")
        static let underflow = Fault(
            message:
                "Number underflow. Attempting to store a number with magnitude smaller than supported range")
    }

    static let zero = DecimalNumber(0)

    init(_ value: Int) {
        var mantissa = UInt128(value.magnitude)
        var exponent: Int16 = 0
        while mantissa != 0, mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        self.init(normal: mantissa, exponent: exponent, isNegative: value < 0)
    }

    private init(normal mantissa: UInt128, exponent: Int16, isNegative: Bool) {
        high = UInt64(truncatingIfNeeded: mantissa >> 64)
        low = UInt64(truncatingIfNeeded: mantissa)
        self.exponent = exponent
        self.isNegative = isNegative
    }

    /// Any mantissa: zeros at its end go into the exponent, then the limits are checked.
    init(_ mantissa: UInt128, exponent: Int16, isNegative: Bool) throws(Fault) {
        try self.init(mantissa: mantissa, exponent: Int(exponent), isNegative: isNegative)
    }

    private init(mantissa: UInt128, exponent: Int, isNegative: Bool) throws(Fault) {
        guard mantissa != 0 else {
            self.init(normal: 0, exponent: 0, isNegative: false)
            return
        }
        var mantissa = mantissa
        var exponent = exponent
        while mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        let digits = Self.digitCount(mantissa)
        guard digits <= Self.maxDigits else { throw .precision }
        let magnitude = exponent + digits - 1
        guard magnitude <= Self.maxMagnitude else { throw .overflow }
        guard magnitude >= Self.minMagnitude else { throw .underflow }
        self.init(normal: mantissa, exponent: Int16(exponent), isNegative: isNegative)
    }

    var mantissa: UInt128 { UInt128(high) << 64 | UInt128(low) }
    var negated: DecimalNumber {
        isZero ? self : DecimalNumber(normal: mantissa, exponent: exponent, isNegative: !isNegative)
    }
    var isZero: Bool { high == 0 && low == 0 }
    var digitCount: Int { Self.digitCount(mantissa) }

    /// What it counts for in an item's size: a byte for two digits and one more, one for a minus.
    var size: Int { isZero ? 1 : (digitCount + 1) / 2 + 1 + (isNegative ? 1 : 0) }

    // MARK: Text

    package init(parsing text: Text) throws(Fault) {
        let parsed: Result<DecimalNumber, Fault> = text.withBytes { bytes in
            do throws(Fault) {
                return .success(try Self.parse(bytes))
            } catch {
                return .failure(error)
            }
        }
        switch parsed {
        case .success(let number): self = number
        case .failure(let fault):
            guard fault.message.isEmpty else { throw fault }
            throw Fault(message: "The parameter cannot be converted to a numeric value: \(text.string)")
        }
    }

    private static let unreadable = Fault(message: "")

    private static func parse(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> DecimalNumber {
        var index = 0
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            index = 1
        }
        var mantissa: UInt128 = 0
        var digits = 0
        var exponent = 0
        var zerosHeldBack = 0
        var hasDigit = false
        var seenPoint = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else if 48...57 ~= byte {
                hasDigit = true
                if seenPoint { exponent -= 1 }
                // Zeros are held back until a digit follows: at the end they are no significant digits.
                if byte == 48 {
                    zerosHeldBack += 1
                } else {
                    if digits == 0 { zerosHeldBack = 0 }
                    digits += zerosHeldBack + 1
                    guard digits <= maxDigits else { throw .precision }
                    for _ in 0..<zerosHeldBack { mantissa *= 10 }
                    mantissa = mantissa * 10 + UInt128(byte - 48)
                    zerosHeldBack = 0
                }
            } else {
                break
            }
            index += 1
        }
        guard hasDigit else { throw unreadable }
        exponent += digits == 0 ? 0 : zerosHeldBack
        if index < bytes.count { exponent += try parseExponent(bytes, from: index) }
        return try DecimalNumber(mantissa: mantissa, exponent: exponent, isNegative: isNegative)
    }

    private static func parseExponent(
        _ bytes: UnsafeRawBufferPointer, from start: Int
    ) throws(Fault) -> Int {
        guard bytes[start] | 0x20 == UInt8(ascii: "e"), start + 1 < bytes.count else { throw unreadable }
        var index = start + 1
        var isNegative = false
        if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < bytes.count else { throw unreadable }
        var value = 0
        while index < bytes.count {
            guard 48...57 ~= bytes[index] else { throw unreadable }
            // Far outside the range it does not matter how far.
            value = min(value * 10 + Int(bytes[index] - 48), 100_000)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// In plain digits, as DynamoDB gives a number back.
    package var text: String {
        guard !isZero else { return "0" }
        let digits = mantissa.description
        let sign = isNegative ? "-" : ""
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: Int(exponent)) }
        let point = digits.utf8.count + Int(exponent)
        if point > 0 {
            let split = digits.index(digits.startIndex, offsetBy: point)
            return sign + digits[..<split] + "." + digits[split...]
        }
        return sign + "0." + String(repeating: "0", count: -point) + digits
    }

    private static func digitCount(_ mantissa: UInt128) -> Int {
        if mantissa < 10_000_000_000_000_000_000 {
            var count = 1
            var rest = UInt64(mantissa)
            while rest >= 10 {
                rest /= 10
                count += 1
            }
            return count
        }
        return 19 + digitCount(mantissa / 10_000_000_000_000_000_000)
    }
}
