import Ticketing

extension TextIdentifier {
    /// For tests, where a bad id is a mistake in the test.
    package static func named(_ text: String) -> Self {
        do {
            return try Self(text)
        } catch {
            fatalError("\(text) is no \(fieldName): \(error)")
        }
    }
}

extension Timestamp {
    /// For tests: `Timestamp.at("2027-03-01T10:00:00Z")`.
    package static func at(_ text: String) -> Timestamp {
        do {
            return try Timestamp(rfc3339: text)
        } catch {
            fatalError("\(text): \(error)")
        }
    }
}

extension Money {
    package static func won(_ minorUnits: Int) -> Money {
        do {
            return try Money(minorUnits: minorUnits, currency: Currency("KRW"))
        } catch {
            fatalError("\(minorUnits): \(error)")
        }
    }
}
