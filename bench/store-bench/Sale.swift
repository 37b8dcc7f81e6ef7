import Glibc
import SQLiteStore
import SandboxPayments
import Synchronization
import Ticketing

extension SQLiteAttemptRecords: SandboxRecords {}

struct SystemClock: WallClock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(msSinceEpoch: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func sleep(until moment: Timestamp) async throws(CancellationError) {
        do {
            try await Task.sleep(for: .milliseconds(max(0, moment.ms(since: now()))))
        } catch {
            throw CancellationError()
        }
    }
}

/// Whole purchases against the store, without HTTP: open, receive, claim, charge, decide, settle, delete.
final class Sale: Sendable {
    let settings: BenchSettings
    let store: SQLiteStore
    let ledger: SQLiteSeatLedger
    private let queue: SQLiteOrderQueue
    private let orders: SQLiteOrderBook
    private let gateway: SandboxGateway
    private let clock = SystemClock()
    private let event: EventID
    private let price: Money
    private let fingerprint: IdempotencyFingerprint
    private let payment: PaymentMethod
    private let shuffledSeats: [Int32]
    private let salt: UInt64
    private let nextPurchase = Atomic(0)
    let opened = Atomic(0)
    let settled = Atomic(0)
    let isOver = Atomic(false)

    init(_ settings: BenchSettings, _ store: SQLiteStore) throws {
        self.settings = settings
        self.store = store
        ledger = SQLiteSeatLedger(store, queuesIntents: true)
        queue = SQLiteOrderQueue(store)
        orders = SQLiteOrderBook(store)
        gateway = SandboxGateway(records: SQLiteAttemptRecords(store), clock: clock)
        event = try EventID("bench")
        price = try Money(minorUnits: 90_000, currency: Currency("KRW"))
        fingerprint = try IdempotencyFingerprint(bytes: [UInt8](repeating: 7, count: 32))
        payment = try PaymentMethod(name: "sandbox", token: "tok_ok")
        var seats = (0..<Int32(settings.seats)).map { $0 }
        seats.shuffle()
        shuffledSeats = seats
        salt = UInt64.random(in: 0...UInt64.max)
    }

    var canOpenMore: Bool {
        !isOver.load(ordering: .relaxed)
            && (nextPurchase.load(ordering: .relaxed) + 1) * settings.seatsPerPurchase <= settings.seats
    }

    // MARK: The buyer's side

    /// Opens one intent and gives how long that took.
    func openOne() async throws -> UInt64 {
        let number = nextPurchase.add(1, ordering: .relaxed).oldValue
        let intent = try draft(number)
        let startNs = monotonicNs()
        let outcome = try await ledger.open(intent, seatsPerBuyer: 1_000, now: clock.now())
        guard case .opened(isQueued: true) = outcome else {
            throw BenchError(message: "purchase \(number) was \(outcome)")
        }
        opened.add(1, ordering: .relaxed)
        return monotonicNs() - startNs
    }

    private func draft(_ number: Int) throws -> PaymentIntent {
        let first = number * settings.seatsPerPurchase
        guard first + settings.seatsPerPurchase <= settings.seats else {
            throw BenchError(message: "the event is sold out")
        }
        let seats = try (first..<(first + settings.seatsPerPurchase)).map { index in
            let seat = Int(shuffledSeats[index])
            let section = seat / 10_000
            return ChosenSeat(
                id: try SeatID("S\(section)-\(seat / 100 % 100)-\(seat % 100)"),
                section: try SectionID("S\(section)"), price: price)
        }
        let now = clock.now()
        let digest = (0..<4).flatMap { word in
            let mixed = mix(salt &+ UInt64(number) &* 4 &+ UInt64(word))
            return (0..<8).map { UInt8(truncatingIfNeeded: mixed >> UInt64($0 * 8)) }
        }
        return try PaymentIntent(
            id: IntentID(digest: digest), event: event,
            buyer: BuyerID("b_\(mix(UInt64(number % settings.buyers)))"), seats: seats,
            payment: payment, fingerprint: fingerprint,
            attempt: Attempt(at: now, .random(in: 0...UInt64.max), .random(in: 0...UInt64.max)),
            answer: [UInt8](repeating: UInt8(ascii: "x"), count: 360), createdAt: now,
            holdExpiresAt: now.adding(ms: 600_000))
    }

    // MARK: The worker's side

    func work() async throws {
        while true {
            let messages = try await queue.receive(
                max: settings.batch, waitMs: 200, visibilityMs: 10_000)
            if messages.isEmpty {
                let isDone =
                    isOver.load(ordering: .relaxed)
                    && settled.load(ordering: .relaxed) == opened.load(ordering: .relaxed)
                if isDone { return }
                continue
            }
            try await finish(messages)
        }
    }

    private func finish(_ messages: [ReceivedMessage]) async throws {
        let decisions = try await withThrowingTaskGroup(of: Decision.self) { group in
            for message in messages {
                guard case .intent(let id) = message.message else { continue }
                group.addTask { try await self.pay(id) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let results = try await orders.decide(decisions)
        for result in results where result != .recorded {
            throw BenchError(message: "a decision was \(result)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for decision in decisions { group.addTask { try await self.settle(decision) } }
            try await group.waitForAll()
        }
        for result in try await queue.delete(messages.map(\.receipt)) where !result.isDone {
            throw BenchError(message: "a delete was \(result)")
        }
        settled.add(messages.count, ordering: .relaxed)
    }

    private func pay(_ id: IntentID) async throws -> Decision {
        guard case .claimed(let intent) = try await ledger.claim(id, now: clock.now()) else {
            throw BenchError(message: "\(id) could not be claimed")
        }
        let outcome = try await gateway.charge(
            Charge(
                attempt: intent.attempt, amount: intent.amount, payment: intent.payment, reference: "bench"))
        guard case .captured(let reference) = outcome else {
            throw BenchError(message: "\(id) was not captured")
        }
        let tickets = try intent.seats.map { seat in
            let code = "t1.\(seat.id).\(intent.attempt)." + String(repeating: "k", count: 64)
            return Ticket(code: try TicketCode(code), seat: seat.id, section: seat.section, price: seat.price)
        }
        let order = try Order(
            number: intent.prospectiveOrder, intent: id, event: intent.event, buyer: intent.buyer,
            amount: intent.amount, paymentReference: reference, placedAt: clock.now(), tickets: tickets)
        return Decision(attempt: intent.attempt, intent: id, verdict: .confirmed(order))
    }

    private func settle(_ decision: Decision) async throws {
        guard case .confirmed(let order) = decision.verdict else { return }
        let outcome = try await ledger.settle(
            decision.intent, as: .confirmed(order.number), now: clock.now())
        guard case .settled = outcome else {
            throw BenchError(message: "\(decision.intent) was not settled: \(outcome)")
        }
    }

    private func mix(_ seed: UInt64) -> UInt64 {
        var mixed = seed &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ (mixed >> 27)
    }
}

func monotonicNs() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
