import EventLoop
import HTTP
import JSON

/// Follows every purchase that was answered with 201 to its end, after the load, and asks some again.
final class Settlement {
    /// What an intent's page says.
    struct Ending: Sendable {
        let status: String
        let seats: [String]
        let ticketSeats: [String]

        var isFinal: Bool { ["confirmed", "declined", "expired", "cancelled"].contains(status) }
    }

    private let loop: EventLoop
    private let client: HTTPClient
    private let book: RequestBook
    private let tokens: [String]
    private let limits: VerdictLimits
    private let purchases: [PurchaseMemory.Purchase]
    private(set) var endings: [Ending?]
    private(set) var faults: [String] = []
    private(set) var replayFaults: [String] = []
    private(set) var replaysAsked = 0
    private var next = 0

    private static let concurrency = 64
    private static let roundPauseMs: UInt64 = 250
    private static let sampled = 500
    private static let maxFaults = 100

    init(
        loop: EventLoop, client: HTTPClient, book: RequestBook, tokens: [String], limits: VerdictLimits,
        purchases: [PurchaseMemory.Purchase]
    ) {
        self.loop = loop
        self.client = client
        self.book = book
        self.tokens = tokens
        self.limits = limits
        self.purchases = purchases
        endings = purchases.map { _ in nil }
    }

    /// Asks in rounds until every purchase has ended, or none has ended for as long as the limit says.
    func waitForEndings() async {
        var open = Array(purchases.indices)
        var lastProgressNs = loop.readClockNs()
        while !open.isEmpty {
            await ask(open)
            let left = open.filter { endings[$0]?.isFinal != true }
            let nowNs = loop.readClockNs()
            if left.count < open.count { lastProgressNs = nowNs }
            open = left
            guard nowNs - lastProgressNs < UInt64(limits.settleSeconds * 1e9) else { break }
            if !open.isEmpty { await loop.sleep(forMs: Self.roundPauseMs) }
        }
        for place in open.prefix(Self.maxFaults) {
            fault("\(id(place)) is \(endings[place]?.status ?? "unknown") and does not come to its end")
        }
        if open.count > Self.maxFaults { fault("\(open.count - Self.maxFaults) more do not end") }
    }

    /// A final status never changes, and the same key gives the same bytes for ever.
    func askAgain() async {
        let step = max(1, purchases.count / Self.sampled)
        for place in stride(from: 0, to: purchases.count, by: step) {
            guard let first = endings[place], first.isFinal else { continue }
            if let now = await ending(of: place), now.status != first.status {
                fault("\(id(place)) was \(first.status) and is \(now.status) now")
            }
            await replay(place)
        }
    }

    /// What follows from the endings alone.
    func judge() {
        for (place, purchase) in purchases.enumerated() {
            guard let ending = endings[place], ending.isFinal else { continue }
            if purchase.cancel == .granted, ending.status != "cancelled" {
                fault("\(id(place)) was cancelled and is \(ending.status)")
            }
            if ending.status == "confirmed", ending.ticketSeats.sorted() != ending.seats.sorted() {
                fault("the order of \(id(place)) has other seats than its intent")
            }
        }
    }

    /// Seats that stand in the orders of two purchases.
    var doubleSales: [String] {
        var owners: [String: Int] = [:]
        var faults: [String] = []
        for (place, ending) in endings.enumerated() {
            guard let ending, ending.status == "confirmed" else { continue }
            for seat in ending.ticketSeats {
                let key = "\(purchases[place].identity.event)/\(seat)"
                guard let other = owners.updateValue(place, forKey: key) else { continue }
                faults.append("seat \(seat) was sold to \(id(other)) and to \(id(place))")
            }
        }
        return faults
    }

    /// The seats of all confirmed orders.
    func soldSeats(_ sale: SaleView) -> [SoldSeats] {
        var sold = sale.events.map { SoldSeats(event: $0.id, capacity: $0.capacity) }
        let places = sale.events.map { event in
            Dictionary(zip(event.seats, event.seats.indices)) { first, _ in first }
        }
        for (purchase, ending) in zip(purchases, endings) {
            guard let ending, ending.status == "confirmed" else { continue }
            let event = purchase.identity.event
            for seat in ending.ticketSeats { if let place = places[event][seat] { sold[event].note(place) } }
        }
        return sold
    }

    func count(_ status: String) -> Int { endings.count { $0?.status == status } }

    // MARK: Asking

    private func ask(_ places: [Int]) async {
        next = 0
        let bound = LoopBound((self, places), on: loop)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<min(Self.concurrency, places.count) {
                group.addTask(executorPreference: loop) {
                    let (settlement, places) = bound.value
                    while let place = settlement.takeNext(places) {
                        if let ending = await settlement.ending(of: place) {
                            settlement.endings[place] = ending
                        }
                    }
                }
            }
        }
    }

    private func takeNext(_ places: [Int]) -> Int? {
        guard next < places.count else { return nil }
        defer { next += 1 }
        return places[next]
    }

    /// Nil when it could not be read now: too many questions, or a server that is away for a moment.
    private func ending(of place: Int) async -> Ending? {
        let buyer = purchases[place].identity.buyer
        let request = ClientRequest(
            .get, "/confirm/payment-intent/\(id(place))",
            headers: [("Authorization", "Bearer \(tokens[buyer])")])
        guard let answer = try? await client.send(request) else { return nil }
        if answer.status == 404 { return Ending(status: "lost", seats: [], ticketSeats: []) }
        guard answer.status == 200, let page = try? JSONValue(parsing: answer.body),
            let status = page["status"]?.string
        else { return nil }
        return Ending(
            status: status, seats: Self.texts(page["seats"]) { $0.string },
            ticketSeats: Self.texts(page["order"]?["tickets"]) { $0["seat"]?.string })
    }

    private func replay(_ place: Int) async {
        let exchange = BytesTaker()
        book.intent(purchases[place].identity, into: &exchange.bytes)
        for attempt in 0..<5 {
            let outcome = await exchange.send(over: client)
            // The buyer has asked too often, or another has just taken a seat that was free again: that is no answer to the
            // question.
            if outcome == nil || [409, 429, 503].contains(outcome?.status), attempt < 4 {
                await loop.sleep(forMs: 500)
                continue
            }
            guard let outcome else { return }
            replaysAsked += 1
            let isSame =
                outcome.status == 200 && outcome.isReplay && outcome.hash == purchases[place].answerHash
            if !isSame, replayFaults.count < Self.maxFaults {
                replayFaults.append(
                    "\(id(place)): asked again, the answer was \(outcome.status) and not the same")
            }
            return
        }
    }

    private func id(_ place: Int) -> String { String(decoding: purchases[place].id, as: UTF8.self) }

    private func fault(_ text: String) { if faults.count <= Self.maxFaults { faults.append(text) } }

    private static func texts(_ value: JSONValue?, _ read: (JSONValue) -> String?) -> [String] {
        guard case .array(let elements)? = value else { return [] }
        return elements.compactMap(read)
    }
}
