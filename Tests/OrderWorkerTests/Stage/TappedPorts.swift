import Ticketing
import TicketingTesting

struct TappedLedger: WrappingLedger {
    let inner: any SeatLedger
    let tap: PortTap

    func open(
        _ intent: PaymentIntent, blocked: [SeatID], seatsPerBuyer: Int, now: Timestamp
    ) async throws(PortError) -> OpenOutcome {
        try await tap.call("ledger.open") { () async throws(PortError) in
            try await inner.open(intent, blocked: blocked, seatsPerBuyer: seatsPerBuyer, now: now)
        }
    }

    func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent? {
        try await tap.call("ledger.intent") { () async throws(PortError) in try await inner.intent(id) }
    }

    func claim(_ id: IntentID, now: Timestamp) async throws(PortError) -> ClaimOutcome {
        try await tap.call("ledger.claim") { () async throws(PortError) in
            try await inner.claim(id, now: now)
        }
    }

    func settle(
        _ id: IntentID, as settlement: Settlement, now: Timestamp
    ) async throws(PortError) -> SettleOutcome {
        try await tap.call("ledger.settle") { () async throws(PortError) in
            try await inner.settle(id, as: settlement, now: now)
        }
    }

    func cancel(_ id: IntentID, buyer: BuyerID, now: Timestamp) async throws(PortError) -> CancelOutcome {
        try await tap.call("ledger.cancel") { () async throws(PortError) in
            try await inner.cancel(id, buyer: buyer, now: now)
        }
    }

    func openIntents(
        createdBefore moment: Timestamp, after position: OpenIntentPosition?, limit: Int
    ) async throws(PortError) -> [PaymentIntent] {
        try await tap.call("ledger.openIntents") { () async throws(PortError) in
            try await inner.openIntents(createdBefore: moment, after: position, limit: limit)
        }
    }
}

struct TappedQueue: OrderQueue {
    let inner: any OrderQueue
    let tap: PortTap

    var maxBatch: Int { inner.maxBatch }
    var maxReceiveCount: Int { inner.maxReceiveCount }

    func send(_ messages: [OutgoingMessage]) async throws(PortError) -> [EntryResult] {
        try await tap.call("queue.send") { () async throws(PortError) in try await inner.send(messages) }
    }

    func receive(max: Int, waitMs: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        try await tap.call("queue.receive") { () async throws(PortError) in
            try await inner.receive(max: max, waitMs: waitMs, visibilityMs: visibilityMs)
        }
    }

    func delete(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await tap.call("queue.delete") { () async throws(PortError) in try await inner.delete(receipts) }
    }

    func changeVisibility(_ changes: [VisibilityChange]) async throws(PortError) -> [EntryResult] {
        try await tap.call("queue.changeVisibility") { () async throws(PortError) in
            try await inner.changeVisibility(changes)
        }
    }

    func stats() async throws(PortError) -> QueueStats { try await inner.stats() }

    func takeDead(max: Int, visibilityMs: Int) async throws(PortError) -> [ReceivedMessage] {
        try await tap.call("queue.takeDead") { () async throws(PortError) in
            try await inner.takeDead(max: max, visibilityMs: visibilityMs)
        }
    }

    func deleteDead(_ receipts: [ReceiptHandle]) async throws(PortError) -> [EntryResult] {
        try await tap.call("queue.deleteDead") { () async throws(PortError) in
            try await inner.deleteDead(receipts)
        }
    }
}

struct TappedOrderBook: OrderBook {
    let inner: any OrderBook
    let tap: PortTap

    func decide(_ decisions: [Decision]) async throws(PortError) -> [DecisionResult] {
        try await tap.call("orderBook.decide") { () async throws(PortError) in
            try await inner.decide(decisions)
        }
    }

    func outcome(of attempt: Attempt) async throws(PortError) -> Outcome? {
        try await tap.call("orderBook.outcome") { () async throws(PortError) in
            try await inner.outcome(of: attempt)
        }
    }

    func order(_ number: OrderNumber) async throws(PortError) -> Order? { try await inner.order(number) }

    func order(for intent: IntentID) async throws(PortError) -> Order? {
        try await inner.order(for: intent)
    }

    func orders(
        of event: EventID?, after number: OrderNumber?, limit: Int
    ) async throws(PortError) -> [Order] {
        try await inner.orders(of: event, after: number, limit: limit)
    }

    func liveTicketCount(of event: EventID) async throws(PortError) -> Int {
        try await inner.liveTicketCount(of: event)
    }

    func oversoldSeatCount(of event: EventID) async throws(PortError) -> Int {
        try await inner.oversoldSeatCount(of: event)
    }
}

struct TappedDeadLetters: DeadLetters {
    let inner: any DeadLetters
    let tap: PortTap

    func record(_ failure: Failure) async throws(PortError) -> Int {
        try await tap.call("deadLetters.record") { () async throws(PortError) in
            try await inner.record(failure)
        }
    }

    func failureCounts(of key: String) async throws(PortError) -> [FailureKind: Int] {
        try await tap.call("deadLetters.failureCounts") { () async throws(PortError) in
            try await inner.failureCounts(of: key)
        }
    }

    func forgetFailures(of keys: [String]) async throws(PortError) {
        try await tap.call("deadLetters.forgetFailures") { () async throws(PortError) in
            try await inner.forgetFailures(of: keys)
        }
    }

    func bury(_ letter: DeadLetter) async throws(PortError) {
        try await tap.call("deadLetters.bury") { () async throws(PortError) in try await inner.bury(letter) }
    }

    func letter(_ key: String) async throws(PortError) -> DeadLetter? {
        try await tap.call("deadLetters.letter") { () async throws(PortError) in try await inner.letter(key) }
    }

    func letters(
        _ filter: DeadLetterFilter, after key: String?, limit: Int
    ) async throws(PortError) -> [DeadLetter] {
        try await tap.call("deadLetters.letters") { () async throws(PortError) in
            try await inner.letters(filter, after: key, limit: limit)
        }
    }

    func letterCount() async throws(PortError) -> Int { try await inner.letterCount() }

    func beginRedrive(of key: String) async throws(PortError) -> Int? {
        try await tap.call("deadLetters.beginRedrive") { () async throws(PortError) in
            try await inner.beginRedrive(of: key)
        }
    }

    func remove(_ key: String) async throws(PortError) -> Bool {
        try await tap.call("deadLetters.remove") { () async throws(PortError) in try await inner.remove(key) }
    }
}

struct TappedGateway: PaymentGateway {
    let inner: any PaymentGateway
    let tap: PortTap

    func charge(_ charge: Charge) async throws(PortError) -> ChargeOutcome {
        try await tap.call("gateway.charge") { () async throws(PortError) in try await inner.charge(charge) }
    }

    func reverse(_ attempt: Attempt) async throws(PortError) -> ReversalOutcome {
        try await tap.call("gateway.reverse") { () async throws(PortError) in
            try await inner.reverse(attempt)
        }
    }
}
