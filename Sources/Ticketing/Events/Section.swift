/// A part of the house. Seat locks are kept and read section by section.
package struct Section: Hashable, Sendable {
    package let id: SectionID
    package let name: String
    /// How many seats of the map stand in it, blocked ones included.
    package let seatCount: Int

    package init(id: SectionID, name: String, seatCount: Int) throws(InvalidValue) {
        guard (0...SeatMap.maxSeats).contains(seatCount) else {
            throw InvalidValue(
                .outOfRange, field: "section \(id)", message: "must have at most \(SeatMap.maxSeats) seats")
        }
        self.id = id
        self.name = try DisplayText.validated(name, field: "section name")
        self.seatCount = seatCount
    }
}
