/// A seat somebody has locked, as the ledger stores it. A free seat has none.
///
/// The lock of a hold that has ended may still lie there; ask `state` with the moment that matters.
package struct SeatLock: Hashable, Sendable {
    package let seat: SeatID
    package let section: SectionID
    package let state: SeatState

    package init(seat: SeatID, section: SectionID, state: SeatState) {
        self.seat = seat
        self.section = section
        self.state = state
    }
}
