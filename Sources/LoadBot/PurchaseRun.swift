import EventLoop
import HTTP
import JSON

/// Buys one seat after the other at a fixed rate, whatever the server does, and remembers every answer.
///
/// It belongs to a loop. Latency counts from the moment a purchase was due, so a server that stalls, and a
/// generator that falls behind, both show.
package final class PurchaseRun: TimerTarget {
    package struct Plan: Sendable {
        package var event: String
        package var seats: [String]
        package var tokens: [String]
        package var ratePerSecond: Double
        package var seconds: Double
        /// Tells the keys of this run from those of others on the same store.
        package var keyPrefix: String

        package init(
            event: String, seats: [String], tokens: [String], ratePerSecond: Double, seconds: Double,
            keyPrefix: String
        ) {
            self.event = event
            self.seats = seats
            self.tokens = tokens
            self.ratePerSecond = ratePerSecond
            self.seconds = seconds
            self.keyPrefix = keyPrefix
        }
    }

    package struct Result: Sendable {
        package var latency = LatencyHistogram()
        /// How late the generator itself was.
        package var lateness = LatencyHistogram()
        package var created = 0
        package var answersByStatus: [Int: Int] = [:]
        package var failures = 0
        package var firstFailure: String?
        package var elapsedNs: UInt64 = 0
    }

    private let loop: EventLoop
    private let client: HTTPClient
    private let plan: Plan
    private let finished: (Result) -> Void
    private var schedule: ArrivalSchedule
    private var result = Result()
    private var sent = 0
    private var answered = 0
    private let startNs: UInt64

    package init(loop: EventLoop, client: HTTPClient, plan: Plan, finished: @escaping (Result) -> Void) {
        self.loop = loop
        self.client = client
        self.plan = plan
        self.finished = finished
        startNs = loop.readClockNs() + 10_000_000
        schedule = ArrivalSchedule(startNs: startNs, ratePerSecond: plan.ratePerSecond, seconds: plan.seconds)
        precondition(schedule.total <= plan.seats.count, "a purchase needs a seat of its own")
    }

    package func begin() { timerFired() }

    package func timerFired() {
        let nowNs = loop.readClockNs()
        while let dueNs = schedule.takeDue(nowNs: nowNs) { buy(dueNs: dueNs, nowNs: nowNs) }
        if let nextNs = schedule.nextDueNs { _ = loop.arm(self, atNs: nextNs) }
    }

    private func buy(dueNs: UInt64, nowNs: UInt64) {
        result.lateness.record(nanoseconds: nowNs - dueNs)
        let number = sent
        sent += 1
        client.send(request(number)) { [self] outcome in
            answered += 1
            let endNs = loop.readClockNs()
            result.latency.record(nanoseconds: endNs - dueNs)
            note(outcome)
            if answered == schedule.total {
                result.elapsedNs = endNs - startNs
                finished(result)
            }
        }
    }

    private func note(_ outcome: Swift.Result<ClientResponse, HTTPClientError>) {
        switch outcome {
        case .success(let response):
            result.answersByStatus[response.status, default: 0] += 1
            if response.status == 201 {
                result.created += 1
            } else if result.firstFailure == nil {
                result.firstFailure = response.text
            }
        case .failure(let error):
            result.failures += 1
            if result.firstFailure == nil { result.firstFailure = error.description }
        }
    }

    private func request(_ number: Int) -> ClientRequest {
        var writer = JSONWriter(capacity: 160)
        writer.object { writer in
            writer.member("event", plan.event)
            writer.name("seats")
            writer.array { $0.element(plan.seats[number]) }
            writer.name("payment")
            writer.object { writer in
                writer.member("method", "sandbox")
                writer.member("token", "tok_ok")
            }
        }
        return ClientRequest(
            .post, "/confirm/payment-intent",
            headers: [
                ("Authorization", "Bearer \(plan.tokens[number % plan.tokens.count])"),
                ("Idempotency-Key", "\(plan.keyPrefix)-\(number)"), ("Content-Type", "application/json"),
            ], body: writer.bytes)
    }
}
