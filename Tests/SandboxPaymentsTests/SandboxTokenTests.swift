import SandboxPayments
import Testing
import Ticketing
import TicketingTesting

@Suite("A sandbox token")
struct SandboxTokenTests {
    private let records = MemoryRecords()
    private let clock = ManualClock()
    private let attempt = Attempt(high: 7, low: 9)
    private var gateway: SandboxGateway { SandboxGateway(records: records, clock: clock) }
    private var books: SandboxBooks { SandboxBooks(records: records) }

    private func charge(_ token: String, amount: Int = 12_000) throws -> Charge {
        Charge(
            attempt: attempt, amount: .won(amount),
            payment: try PaymentMethod(name: "sandbox", token: token), reference: "r")
    }

    private func captureCount() async throws -> Int {
        try await books.account(of: attempt)?.captureCount ?? 0
    }

    private func fails(_ token: String, with code: PortError.Code) async throws {
        let charge = try charge(token)
        let error = await #expect(throws: PortError.self) { try await gateway.charge(charge) }
        #expect(error?.code == code)
    }

    @Test("tok_ok is captured, tok_declined is declined, and one that is unknown is declined too")
    func plain() async throws {
        guard case .captured = try await gateway.charge(charge("tok_ok")) else {
            return #expect(Bool(false), "tok_ok was not captured")
        }
        for token in ["tok_declined", "tok_of_another_house"] {
            let other = SandboxGateway(records: MemoryRecords(), clock: clock)
            guard case .declined = try await other.charge(charge(token)) else {
                return #expect(Bool(false), "\(token) was not declined")
            }
        }
    }

    @Test("tok_retry fails twice, may be tried again, and is captured once")
    func retry() async throws {
        try await fails("tok_retry", with: .failed)
        try await fails("tok_retry", with: .failed)
        #expect(try await captureCount() == 0)
        guard case .captured = try await gateway.charge(charge("tok_retry")) else {
            return #expect(Bool(false), "the third try was not captured")
        }
        _ = try await gateway.charge(charge("tok_retry"))
        #expect(try await captureCount() == 1)
    }

    @Test("tok_unknown takes the money and loses the answer, and a retry finds the one capture")
    func unknown() async throws {
        try await fails("tok_unknown", with: .unknownOutcome)
        #expect(try await captureCount() == 1)
        guard case .captured = try await gateway.charge(charge("tok_unknown")) else {
            return #expect(Bool(false), "the retry did not find the capture")
        }
        #expect(try await captureCount() == 1)
    }

    @Test("tok_broken never works, and is barred once it was reversed")
    func broken() async throws {
        for _ in 0..<300 { try await fails("tok_broken", with: .failed) }
        #expect(try await gateway.reverse(attempt) == .voided)
        #expect(try await gateway.charge(charge("tok_broken")) == .reversed)
        #expect(try await captureCount() == 0)
    }

    @Test("tok_slow pays after two seconds and not before, and its second answer comes at once")
    func slow() async throws {
        let executor = ManualExecutor()
        let start = clock.now()
        let (gateway, charge) = (gateway, try charge("tok_slow"))
        let first = try executor.run(clock) { try await gateway.charge(charge) }
        #expect(clock.now().ms(since: start) == 2_000)
        let second = try executor.run(clock) { try await gateway.charge(charge) }
        #expect(clock.now().ms(since: start) == 2_000)
        #expect(first == second)
    }

    @Test("a reversal during a slow charge wins: nothing is captured afterwards")
    func reversedMeanwhile() async throws {
        let (gateway, clock, charge) = (gateway, clock, try charge("tok_slow"))
        let outcome = try ManualExecutor().run(clock) {
            async let charging = gateway.charge(charge)
            try await clock.sleep(ms: 1_000)
            _ = try await gateway.reverse(charge.attempt)
            return try await charging
        }
        #expect(outcome == .reversed)
        #expect(try await captureCount() == 0)
    }

    @Test("a captured attempt is not captured for another amount")
    func otherAmount() async throws {
        _ = try await gateway.charge(charge("tok_ok"))
        let other = try charge("tok_ok", amount: 13_000)
        let error = await #expect(throws: PortError.self) { try await gateway.charge(other) }
        #expect(error?.code == .rejected)
        #expect(try await gateway.reverse(attempt) == .refunded(.won(12_000)))
    }

    @Test("the books add up, over more than a page of them")
    func summary() async throws {
        let tokens = ["tok_ok", "tok_declined", "tok_broken", "tok_unknown"]
        for number in 0..<2_400 {
            let charge = Charge(
                attempt: Attempt(high: UInt64(number), low: 1), amount: .won(100),
                payment: try PaymentMethod(name: "sandbox", token: tokens[number % 4]), reference: "r")
            _ = try? await gateway.charge(charge)
            if number % 8 == 0 { _ = try await gateway.reverse(charge.attempt) }
        }
        let summary = try await books.summary()
        #expect(summary.attempts == 2_400)
        #expect(summary.captured == 900)
        #expect(summary.refunded == 300)
        #expect(summary.declined == 600)
        #expect(summary.open == 600)
        #expect(summary.chargedTwice.isEmpty && summary.refundedTwice.isEmpty)
    }

    @Test("a record that makes no sense is an error and not a fresh account")
    func corrupt() async throws {
        _ = try await records.change(attempt) { $0 = [9, 9, 9] }
        try await fails("tok_ok", with: .corrupt)
        #expect(try await records.record(attempt) == [9, 9, 9])
    }
}
