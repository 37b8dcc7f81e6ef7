import Ticketing

/// A seat among those of all events.
struct SeatKey: Hashable, Sendable {
    let event: EventID
    let seat: SeatID
}
