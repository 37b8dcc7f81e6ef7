/// The right to one seat.
package struct Ticket: Hashable, Sendable {
    package let code: TicketCode
    package let seat: SeatID
    package let section: SectionID
    package let price: Money

    package init(code: TicketCode, seat: SeatID, section: SectionID, price: Money) {
        self.code = code
        self.seat = seat
        self.section = section
        self.price = price
    }
}
