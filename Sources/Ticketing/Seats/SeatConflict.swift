/// A seat that stands in the way of an intent, and why.
package struct SeatConflict: Hashable, Sendable {
    package let seat: SeatID
    package let availability: SeatAvailability

    package init(seat: SeatID, availability: SeatAvailability) {
        self.seat = seat
        self.availability = availability
    }
}
