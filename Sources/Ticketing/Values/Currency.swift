/// An ISO 4217 code. How many minor units make one major unit is a matter of showing money, not of counting
/// it.
package struct Currency: Hashable, Sendable, CustomStringConvertible {
    package let code: String

    package init(_ code: String) throws(InvalidValue) {
        let isWellFormed =
            code.utf8.count == 3
            && code.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        guard isWellFormed else {
            throw InvalidValue(
                .badForm, field: "currency", message: "must be three capital letters, as `KRW`")
        }
        self.code = code
    }

    package var description: String { code }
}
