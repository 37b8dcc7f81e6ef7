/// An event together with the map that belongs to it; what an import brings and a desk sells from.
package struct Listing: Hashable, Sendable {
    package let event: Event
    package let map: SeatMap
    private let amountByPriceName: [String: Money]

    package init(event: Event, map: SeatMap) throws(InvalidValue) {
        guard event.mapHash == map.hash else {
            throw InvalidValue(
                .badForm, field: "map", message: "must be the map that event \(event.id) names")
        }
        let amountByPriceName = Dictionary(
            event.prices.map { ($0.name, $0.amount) }, uniquingKeysWith: { first, _ in first })
        var uncounted = Dictionary(
            event.sections.map { ($0.id, $0.seatCount) }, uniquingKeysWith: { first, _ in first })
        for (index, seat) in map.seats.enumerated() {
            guard amountByPriceName[seat.priceName] != nil else {
                throw InvalidValue(
                    .unknown, field: "seats[\(index)]", message: "has the unknown price `\(seat.priceName)`")
            }
            guard let seatsLeft = uncounted[seat.section] else {
                throw InvalidValue(
                    .unknown, field: "seats[\(index)]",
                    message: "stands in the unknown section \(seat.section)")
            }
            uncounted[seat.section] = seatsLeft - 1
        }
        for section in event.sections where uncounted[section.id] != 0 {
            throw InvalidValue(
                .badForm, field: "section \(section.id)", message: "must count the seats it has in the map")
        }
        self.event = event
        self.map = map
        self.amountByPriceName = amountByPriceName
    }

    /// The seats a buyer asks for, in the buyer's order, with the prices of this moment; the server's
    /// prices, never the client's. Blocked seats pass: see `blockedConflicts`.
    package func choose(_ ids: [SeatID]) throws(Refusal) -> [ChosenSeat] {
        guard !ids.isEmpty else { throw .noSeats }
        var seen: Set<SeatID> = []
        for id in ids where !seen.insert(id).inserted { throw .seatRepeated(id) }
        let unknown = ids.filter { map.index(of: $0) == nil }
        guard unknown.isEmpty else { throw .seatUnknown(unknown) }
        return ids.compactMap { id in
            guard let seat = map[id], let price = amountByPriceName[seat.priceName] else { return nil }
            return ChosenSeat(id: id, section: seat.section, price: price)
        }
    }

    /// The seats among these that are never sold. The ledger does not know them: whoever opens an intent
    /// refuses them first.
    package func blockedConflicts(_ ids: [SeatID]) -> [SeatConflict] {
        ids.filter { map[$0]?.isBlocked == true }.map { SeatConflict(seat: $0, obstacle: .blocked) }
    }
}
