/// A seat of an intent with the price it was offered at. The section is kept so that a later write finds
/// the lock without the map.
package struct ChosenSeat: Hashable, Sendable {
    package let id: SeatID
    package let section: SectionID
    package let price: Money

    package init(id: SeatID, section: SectionID, price: Money) {
        self.id = id
        self.section = section
        self.price = price
    }
}
