/// The numbers of the protocol, as strictly as a server writes them.
enum RESPNumber {
    /// A length: digits without a sign and without needless zeros; nil too when it is beyond any that is allowed.
    static func length(_ text: UnsafeRawBufferPointer) -> Int? {
        guard !text.isEmpty, text.count <= 10, text.count == 1 || text[0] != UInt8(ascii: "0") else {
            return nil
        }
        var value = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte &- 0x30)
        }
        return value
    }

    static func isMinusOne(_ text: UnsafeRawBufferPointer) -> Bool {
        text.count == 2 && text[0] == UInt8(ascii: "-") && text[1] == UInt8(ascii: "1")
    }

    static func int64(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard isInteger(text), text.count <= 20 else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in text where (0x30...0x39).contains(byte) {
            let digit = Int64(byte &- 0x30)
            let (shifted, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (next, overflows) =
                isNegative
                ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !tooLarge, !overflows else { return nil }
            value = next
        }
        return value
    }

    /// Digits, with a sign or without.
    static func isInteger(_ text: UnsafeRawBufferPointer) -> Bool {
        var digits = text[...]
        if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            digits = digits.dropFirst()
        }
        return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// `inf`, `-inf`, `nan`, or digits with a fraction and an exponent as they may be left out.
    static func isDouble(_ text: UnsafeRawBufferPointer) -> Bool {
        if text.elementsEqual("inf".utf8) || text.elementsEqual("-inf".utf8) || text.elementsEqual("nan".utf8)
        {
            return true
        }
        var rest = text[...]
        func takeSign() {
            if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
                rest = rest.dropFirst()
            }
        }
        func takeDigits() -> Bool {
            let before = rest.count
            rest = rest.drop { (0x30...0x39).contains($0) }
            return rest.count < before
        }
        takeSign()
        guard takeDigits() else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard takeDigits() else { return false }
        }
        if let first = rest.first, first | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            takeSign()
            guard takeDigits() else { return false }
        }
        return rest.isEmpty
    }
}
