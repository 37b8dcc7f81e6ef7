/// All seats of an event in map order: the order in which the two-bit states of `/public` count them.
package struct SeatMap: Hashable, Sendable {
    package static let maxSeats = 500_000

    /// Over the content, made outside. A map with another hash is another map.
    package let hash: ContentHash
    package let seats: [Seat]
    private let indexBySeat: [SeatID: Int]

    package init(hash: ContentHash, seats: [Seat]) throws(InvalidValue) {
        guard !seats.isEmpty else {
            throw InvalidValue(.empty, field: "seats", message: "must not be empty")
        }
        guard seats.count <= Self.maxSeats else {
            throw InvalidValue(.tooLong, field: "seats", message: "must be at most \(Self.maxSeats)")
        }
        var indexBySeat: [SeatID: Int] = [:]
        indexBySeat.reserveCapacity(seats.count)
        for (index, seat) in seats.enumerated() {
            guard indexBySeat.updateValue(index, forKey: seat.id) == nil else {
                throw InvalidValue(
                    .repeated, field: "seats[\(index)]", message: "seat \(seat.id) stands in the map twice")
            }
        }
        self.hash = hash
        self.seats = seats
        self.indexBySeat = indexBySeat
    }

    package func index(of seat: SeatID) -> Int? { indexBySeat[seat] }

    package subscript(_ seat: SeatID) -> Seat? { indexBySeat[seat].map { seats[$0] } }

    package static func == (left: SeatMap, right: SeatMap) -> Bool {
        left.hash == right.hash && left.seats == right.seats
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
