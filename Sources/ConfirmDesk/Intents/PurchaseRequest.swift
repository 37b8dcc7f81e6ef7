import JSON
import Ticketing

/// The body of `POST /confirm/payment-intent`, checked as far as it can be without knowing the event.
struct PurchaseRequest {
    let event: EventID
    /// At least one, all different, in the buyer's order.
    let seats: [SeatID]
    let payment: PaymentMethod

    init(body: UnsafeRawBufferPointer, acceptedPayments: AcceptedPayments) throws(JSONError) {
        var event: EventID?
        var seats: [SeatID]?
        var payment: PaymentMethod?
        self = try JSONReader.read(body) { reader throws(JSONError) in
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "event": event = try reader.id(EventID.self)
                case "seats": seats = try reader.differentSeats()
                case "payment": payment = try reader.payment(acceptedPayments)
                default: throw reader.unknownMember()
                }
            }
            guard let event else { throw reader.missingMember("event") }
            guard let seats else { throw reader.missingMember("seats") }
            guard let payment else { throw reader.missingMember("payment") }
            return PurchaseRequest(event: event, seats: seats, payment: payment)
        }
    }

    private init(event: EventID, seats: [SeatID], payment: PaymentMethod) {
        self.event = event
        self.seats = seats
        self.payment = payment
    }
}

extension JSONReader {
    fileprivate mutating func id<ID: TextIdentifier>(_: ID.Type) throws(JSONError) -> ID {
        let text = try string()
        do {
            return try ID(text)
        } catch {
            throw invalidValue(error.message)
        }
    }

    fileprivate mutating func differentSeats() throws(JSONError) -> [SeatID] {
        var seats: [SeatID] = []
        // Two requests in a thousand have more than a handful of seats; they alone pay for a set.
        var seen: Set<SeatID> = []
        try array { reader throws(JSONError) in
            let seat = try reader.id(SeatID.self)
            let isRepeated = seats.count <= 8 ? seats.contains(seat) : seen.contains(seat)
            guard !isRepeated else { throw reader.invalidValue("must name each seat once") }
            if seats.count == 8 { seen.formUnion(seats) }
            if seats.count >= 8 { seen.insert(seat) }
            seats.append(seat)
        }
        guard !seats.isEmpty else { throw invalidValue("must name at least one seat") }
        return seats
    }

    fileprivate mutating func payment(_ accepted: AcceptedPayments) throws(JSONError) -> PaymentMethod {
        var method: String?
        var token: String?
        try object { key, reader throws(JSONError) in
            switch key {
            case "method":
                let name = try reader.string()
                guard accepted.accepts(method: name) else {
                    throw reader.invalidValue("must be a payment method that is accepted here")
                }
                method = name
            case "token": token = try reader.string()
            default: throw reader.unknownMember()
            }
        }
        guard let method else { throw missingMember("method") }
        guard let token else { throw missingMember("token") }
        guard accepted.accepts(token: token, method: method) else {
            throw invalidValue("must have a token that its method knows")
        }
        do {
            return try PaymentMethod(name: method, token: token)
        } catch {
            throw invalidValue("must have a good \(error.field): it \(error.message)")
        }
    }
}
