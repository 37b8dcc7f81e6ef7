import Cryptography
import Ticketing

/// What stands in a ticket's code besides the signature.
struct TicketContent: Equatable {
    static let prefix = "T1."
    /// The part of the attempt that makes the order's number.
    static let numberLength = 10

    let seat: SeatID
    let numberBytes: [UInt8]

    init(seat: SeatID, numberBytes: [UInt8]) {
        self.seat = seat
        self.numberBytes = numberBytes
    }

    /// Nil when these are not the bytes of a content, to the last one.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count > Self.numberLength,
            let seat = try? SeatID(String(decoding: bytes.dropFirst(Self.numberLength), as: UTF8.self))
        else { return nil }
        self.seat = seat
        numberBytes = Array(bytes.prefix(Self.numberLength))
    }

    /// The number has a fixed length, so the rest is the seat and nothing can be read in two ways.
    var bytes: [UInt8] { numberBytes + Array(seat.text.utf8) }

    /// The event's length stands before it: `a` and `bc` must not sign the same bytes as `ab` and `c`. The
    /// first words keep this key's signatures apart from any other use of it.
    func signedBytes(_ event: EventID) -> [UInt8] {
        let name = Array(event.text.utf8)
        return Array("ticket code 1".utf8) + [0, UInt8(name.count)] + name + bytes
    }

    var orderNumber: OrderNumber? {
        let padding = [UInt8](repeating: 0, count: Attempt.byteCount - Self.numberLength)
        guard let attempt = try? Attempt(bytes: numberBytes + padding) else { return nil }
        return OrderNumber(derivedFrom: attempt)
    }
}
