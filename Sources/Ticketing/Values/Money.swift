/// An amount in minor units. It is never negative: a refund is an act, not an amount.
package struct Money: Hashable, Sendable, CustomStringConvertible {
    /// Far above any order and small enough that a thousand of them add up without overflow, and that JSON's
    /// double-based readers keep every unit (2^53).
    package static let maxMinorUnits = 1_000_000_000_000

    package let minorUnits: Int
    package let currency: Currency

    package init(minorUnits: Int, currency: Currency) throws(InvalidValue) {
        guard (0...Self.maxMinorUnits).contains(minorUnits) else {
            throw InvalidValue(
                .outOfRange, field: "amount",
                message: "must be between 0 and \(Self.maxMinorUnits) minor units")
        }
        self.minorUnits = minorUnits
        self.currency = currency
    }

    package static func zero(_ currency: Currency) -> Money {
        Money(validMinorUnits: 0, currency: currency)
    }

    private init(validMinorUnits: Int, currency: Currency) {
        minorUnits = validMinorUnits
        self.currency = currency
    }

    package func adding(_ other: Money) throws(InvalidValue) -> Money {
        guard other.currency == currency else {
            throw InvalidValue(
                .badForm, field: "amount", message: "\(currency) and \(other.currency) cannot be added")
        }
        return try Money(minorUnits: minorUnits + other.minorUnits, currency: currency)
    }

    package var description: String { "\(minorUnits) \(currency)" }
}
