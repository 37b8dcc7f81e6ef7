/// What a buyer reads out on the telephone: four groups of four letters and digits.
package struct OrderNumber: TextIdentifier {
    package static let fieldName = "order number"
    package static let maxLength = 19
    private static let groupLength = 4

    package let text: String

    package init(validText: String) {
        text = validText
    }

    /// The same attempt always makes the same number, so a worker that repeats its work cannot make a second
    /// order. Its first 80 bits, 64 of them chance within 32 ms, keep a thousand million orders apart.
    package init(derivedFrom attempt: Attempt) {
        let digits = Base32.encode(attempt.bytes.prefix(10), letters: .upper)
        var grouped = ""
        for (position, digit) in digits.enumerated() {
            if position > 0, position % Self.groupLength == 0 { grouped.append("-") }
            grouped.append(digit)
        }
        text = grouped
    }

    package static func validated(_ text: String) throws(InvalidValue) -> String {
        let bytes = Array(text.utf8)
        let isWellFormed =
            bytes.count == maxLength
            && bytes.enumerated().allSatisfy { position, byte in
                (position + 1) % (groupLength + 1) == 0
                    ? byte == UInt8(ascii: "-") : Base32.isDigit(byte, letters: .upper)
            }
        guard isWellFormed else {
            throw InvalidValue(.badForm, field: fieldName, message: "must look like `ABCD-EFGH-IJKL-MNOP`")
        }
        return text
    }
}
