import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("A purchase in the worker")
struct WholePurchaseTests {
    @Test("a paid intent becomes one order with a ticket for each seat, and its message goes")
    func confirms() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1", "A-1-2"])
            try await stage.drain(try stage.worker())
            let confirmed = try stage.intent(intent)
            #expect(confirmed.state == .confirmed)
            let order = try #require(try await stage.orderBook.order(for: intent.id))
            #expect(order.number == intent.prospectiveOrder)
            #expect(order.tickets.map(\.seat) == intent.seats.map(\.id))
            #expect(Set(order.tickets.map(\.code)).count == 2)
            #expect(order.amount == intent.amount)
            #expect(stage.gateway.accounts.captureCount(of: intent.attempt) == 1)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("a declined payment frees the seats and leaves no order")
    func declines() throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: "tok_declined")
            try await stage.drain(try stage.worker())
            #expect(try stage.intent(intent).state == .declined)
            #expect(stage.ledger.snapshot.locks(of: stage.hall.event).isEmpty)
            #expect(try await stage.orderBook.outcome(of: intent.attempt) == .declined)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test(
        "every token of the sandbox ends as the contract says",
        arguments: ["tok_ok", "tok_slow", "tok_retry", "tok_unknown"])
    func confirmsInTheEnd(_ token: String) throws {
        let stage = Stage()
        try stage.run {
            let intent = try await stage.open("a", seats: ["A-1-1"], token: token)
            try await stage.drain(try stage.worker(), withinMs: 30_000)
            #expect(try stage.intent(intent).state == .confirmed)
            #expect(stage.gateway.accounts.captureCount(of: intent.attempt) == 1)
            #expect(try await stage.deadLetters.failureCounts(of: intent.id.text).isEmpty)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("a hundred intents at once all end, in few transactions of the order book")
    func manyAtOnce() throws {
        let stage = Stage()
        let tap = PortTap()
        try stage.run {
            let seats = stage.hall.listing.map.seats.filter { !$0.isBlocked }.map(\.id.text)
            for (index, seat) in seats.enumerated() {
                let buyer = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
                try await stage.open("k", buyer: buyer, seats: [seat])
            }
            try await stage.drain(try stage.worker(tap))
            #expect(stage.ledger.snapshot.allIntents.allSatisfy { $0.state == .confirmed })
            #expect(tap.count(of: "orderBook.decide") <= 2)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("a slow payment holds up nobody else")
    func slowPaymentsWaitAlone() throws {
        let stage = Stage()
        try stage.run {
            let slow = try await stage.open("s", buyer: "bo", seats: ["A-1-1"], token: "tok_slow")
            let quick = try await stage.open("q", seats: ["A-1-2"])
            let worker = try stage.worker()
            await worker.start()
            try await stage.until { try stage.intent(quick).state == .confirmed }
            #expect(try stage.intent(slow).state == .claimed)
            try await stage.until { try stage.intent(slow).state == .confirmed }
            await worker.stop(deadlineMs: 1_000)
        }
    }

    @Test("payments at the same time are as many as the settings say, and no more")
    func paymentsAreBounded() throws {
        let stage = Stage()
        try stage.run {
            for (buyer, seat) in [("a", "A-1-1"), ("b", "A-1-2"), ("c", "A-1-3"), ("d", "A-1-4")] {
                try await stage.open("k", buyer: buyer, seats: [seat], token: "tok_slow")
            }
            var settings = WorkerSettings.embedded
            settings.maxConcurrentPayments = 2
            try await stage.drain(try stage.worker(settings: settings))
            #expect(stage.gateway.maxCharging == 2)
            #expect(try await GuaranteeAudit(stage).violations == [])
        }
    }

    @Test("a probe is logged, counted and deleted")
    func probes() throws {
        let stage = Stage()
        try stage.run {
            _ = try await stage.queue.send([
                OutgoingMessage(.probe("hello"), group: "probe", deduplicationID: "1")
            ])
            try await stage.drain(try stage.worker())
            #expect(stage.logLines.contains { $0.contains("\"probe\":\"hello\"") })
            #expect(stage.hasMetric("ticket_worker_probes_total 1"))
        }
    }
}
