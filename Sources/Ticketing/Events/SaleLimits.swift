/// What one buyer may take, and for how long without paying.
package struct SaleLimits: Hashable, Sendable {
    /// A DynamoDB transaction takes 100 items: an intent, its tally and its seats stay well below.
    package static let seatsPerIntentRange = 1...50
    /// A buyer's tally is one item, read and written whole with every intent.
    package static let seatsPerBuyerRange = 1...1000
    package static let holdSecondsRange = 1...86_400

    package let seatsPerIntent: Int
    package let seatsPerBuyer: Int
    package let holdSeconds: Int

    package init(seatsPerIntent: Int, seatsPerBuyer: Int, holdSeconds: Int) throws(InvalidValue) {
        self.seatsPerIntent = try Self.checked(
            seatsPerIntent, Self.seatsPerIntentRange, "limits.seatsPerIntent")
        self.seatsPerBuyer = try Self.checked(seatsPerBuyer, Self.seatsPerBuyerRange, "limits.seatsPerBuyer")
        self.holdSeconds = try Self.checked(holdSeconds, Self.holdSecondsRange, "limits.holdSeconds")
    }

    package func checkSeatsPerIntent(_ seatCount: Int) throws(Refusal) {
        guard seatCount <= seatsPerIntent else { throw .tooManySeats(limit: seatsPerIntent) }
    }

    private static func checked(
        _ number: Int, _ range: ClosedRange<Int>, _ field: String
    ) throws(InvalidValue) -> Int {
        guard range.contains(number) else {
            throw InvalidValue(
                .outOfRange, field: field,
                message: "must be between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }
}
