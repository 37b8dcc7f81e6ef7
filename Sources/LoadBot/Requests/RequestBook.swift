/// Requests as bytes, prepared as far as they can be before the run: what differs is appended between.
struct RequestBook {
    private struct EventPages {
        var event: [UInt8]
        var map: [UInt8]
        var availability: [UInt8]
        var seats: [[UInt8]]
        /// `{"event":"demo","seats":[`
        var intentStart: [UInt8]
        /// Each seat's name in quotes.
        var seatNames: [[UInt8]]
    }

    private let pages: [EventPages]
    private let sinceStart: [[UInt8]]
    private let readEnd: [UInt8]
    private let intentHead: [UInt8]
    private let intentEnd: [UInt8]
    private let cancelStart = Array("POST /confirm/payment-intent/".utf8)
    private let cancelHead: [UInt8]
    private let tokens: [[UInt8]]
    private let keyPrefix: [UInt8]

    /// `keyPrefix` tells the keys of this run from those of any other.
    init(
        sale: SaleView, publicHost: String, confirmHost: String, tokens: [String], keyPrefix: String,
        paymentToken: String
    ) {
        let readEnd = Array(" HTTP/1.1\r\nHost: \(publicHost)\r\n\r\n".utf8)
        let compressed = Array(" HTTP/1.1\r\nHost: \(publicHost)\r\nAccept-Encoding: gzip\r\n\r\n".utf8)
        func page(_ target: String) -> [UInt8] { Array("GET \(target)".utf8) + compressed }
        self.readEnd = readEnd
        pages = sale.events.map { event in
            let base = "/public/events/\(event.id)"
            return EventPages(
                event: page(base), map: page(event.mapTarget),
                availability: Array("GET \(base)/availability".utf8) + readEnd,
                seats: event.isLarge
                    ? event.sections.map { page("\(base)/seats?section=\($0)") } : [page("\(base)/seats")],
                intentStart: Array("{\"event\":\"\(event.id)\",\"seats\":[".utf8),
                seatNames: event.seats.map { Array("\"\($0)\"".utf8) })
        }
        sinceStart = sale.events.map { Array("GET /public/events/\($0.id)/availability?since=".utf8) }
        intentHead = Array(
            "POST /confirm/payment-intent HTTP/1.1\r\nHost: \(confirmHost)\r\nContent-Type: application/json\r\n"
                .utf8)
        intentEnd = Array("],\"payment\":{\"method\":\"sandbox\",\"token\":\"\(paymentToken)\"}}".utf8)
        cancelHead = Array("/cancel HTTP/1.1\r\nHost: \(confirmHost)\r\nContent-Length: 0\r\n".utf8)
        self.tokens = tokens.map { Array("Authorization: Bearer \($0)\r\n".utf8) }
        self.keyPrefix = Array("Idempotency-Key: \(keyPrefix)-".utf8)
    }

    var buyers: Int { tokens.count }

    func event(_ event: Int, into bytes: inout [UInt8]) { bytes += pages[event].event }
    func map(_ event: Int, into bytes: inout [UInt8]) { bytes += pages[event].map }

    func seats(_ event: Int, _ draw: inout SeededDraw, into bytes: inout [UInt8]) {
        let lists = pages[event].seats
        bytes += lists[lists.count == 1 ? 0 : draw.below(lists.count)]
    }

    /// `since` is the version that was seen last, empty before the first.
    func availability(_ event: Int, since: [UInt8], into bytes: inout [UInt8]) {
        guard !since.isEmpty else { return bytes += pages[event].availability }
        bytes += sinceStart[event]
        bytes += since
        bytes += readEnd
    }

    /// The key follows from the number of the arrival that the purchase began with.
    func intent(_ purchase: PurchaseIdentity, into bytes: inout [UInt8]) {
        let page = pages[purchase.event]
        var length = page.intentStart.count + intentEnd.count + purchase.seats.count - 1
        for seat in purchase.seats { length += page.seatNames[seat].count }
        bytes += intentHead
        bytes += tokens[purchase.buyer]
        bytes += keyPrefix
        bytes.append(decimal: purchase.number)
        bytes += Self.lengthField
        bytes.append(decimal: UInt64(length))
        bytes += Self.headEnd
        bytes += page.intentStart
        for seat in purchase.seats {
            if seat != purchase.seats.lowerBound { bytes.append(UInt8(ascii: ",")) }
            bytes += page.seatNames[seat]
        }
        bytes += intentEnd
    }

    func cancel(_ id: [UInt8], buyer: Int, into bytes: inout [UInt8]) {
        bytes += cancelStart
        bytes += id
        bytes += cancelHead
        bytes += tokens[buyer]
        bytes += Self.lineEnd
    }

    private static let lengthField = Array("\r\nContent-Length: ".utf8)
    private static let headEnd = Array("\r\n\r\n".utf8)
    private static let lineEnd = Array("\r\n".utf8)
}

/// What makes a purchase the same one again: its buyer, its key and its seats.
struct PurchaseIdentity: Sendable {
    /// The number of the arrival that it began with; its key is made of it.
    var number: UInt64
    var event: Int
    var buyer: Int
    var seats: Range<Int>
}

extension [UInt8] {
    mutating func append(decimal value: UInt64) {
        guard value >= 10 else { return append(UInt8(ascii: "0") + UInt8(value)) }
        append(decimal: value / 10)
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
