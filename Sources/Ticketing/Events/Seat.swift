/// A seat as the map draws it. Whether it is free is not its own affair: see `SeatState`.
package struct Seat: Hashable, Sendable {
    package static let coordinateRange = -1_000_000...1_000_000

    package let id: SeatID
    package let section: SectionID
    package let row: String
    /// Text, since houses have seats `12A`.
    package let number: String
    package let priceName: String
    package let isAccessible: Bool
    package let x: Int
    package let y: Int
    /// Never sold: kept for the house, or out of use.
    package let isBlocked: Bool

    package init(
        id: SeatID, section: SectionID, row: String, number: String, priceName: String,
        isAccessible: Bool = false, x: Int, y: Int, isBlocked: Bool = false
    ) throws(InvalidValue) {
        guard Self.coordinateRange.contains(x), Self.coordinateRange.contains(y) else {
            throw InvalidValue(
                .outOfRange, field: "seat \(id)", message: "must have x and y between -1000000 and 1000000")
        }
        self.id = id
        self.section = section
        self.row = try DisplayText.validated(row, field: "row")
        self.number = try DisplayText.validated(number, field: "seat number")
        self.priceName = try DisplayText.validated(priceName, field: "price name")
        self.isAccessible = isAccessible
        self.x = x
        self.y = y
        self.isBlocked = isBlocked
    }
}
