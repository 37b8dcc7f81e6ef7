import Testing
import Ticketing

@testable import Postgres

@Suite("What is known of a transaction when its connection ends")
struct ExchangeStepsTests {
    private let loss = PostgresFailure(.lost, "the connection ended")

    private func error(_ sqlState: String) -> ExchangeSteps.Report {
        .failed(PostgresFailure(.refused, "no", sqlState: SQLState(sqlState)))
    }

    private func sent() -> ExchangeSteps {
        var steps = ExchangeSteps()
        for step: ExchangeSteps.Step in [.prepare(1), .preparesEnd, .query, .end] { steps.expect(step) }
        return steps
    }

    @Test("nothing is certain once it was sent, unless the statement itself was refused")
    func lostInTheMiddle() {
        var steps = sent()
        #expect(steps.whenLost(loss, isBehindFatal: false).mayHaveTakenEffect)
        #expect(!ExchangeSteps().whenLost(loss, isBehindFatal: false).mayHaveTakenEffect)
        _ = steps.received(error("40001"))
        _ = steps.received(.end)
        #expect(steps.whenLost(loss, isBehindFatal: false).sqlState == .serializationFailure)
        #expect(!steps.whenLost(loss, isBehindFatal: false).mayHaveTakenEffect)
    }

    @Test("a server that goes while it is busy with an earlier one has not begun it")
    func behindFatal() {
        var first = sent()
        _ = first.received(error("57P01"))
        #expect(first.isFatal)
        #expect(!first.whenLost(loss, isBehindFatal: false).mayHaveTakenEffect)
        #expect(!sent().whenLost(loss, isBehindFatal: true).mayHaveTakenEffect)
    }

    @Test("a server that goes between the last statement and the end may have committed")
    func fatalAtTheEnd() {
        var steps = ExchangeSteps()
        steps.expect(.end)
        guard case .goOn = steps.received(error("57P01")) else {
            Issue.record("it did not go on")
            return
        }
        #expect(steps.whenLost(loss, isBehindFatal: false).mayHaveTakenEffect)
    }

    @Test("an error that itself says that it does not know is believed", arguments: ["40003", "08007"])
    func unclear(sqlState: String) {
        var steps = ExchangeSteps()
        steps.expect(.query)
        steps.expect(.end)
        _ = steps.received(error(sqlState))
        guard case .answer(.failure(let failure)) = steps.received(.end) else {
            Issue.record("there was no answer")
            return
        }
        #expect(failure.mayHaveTakenEffect)
        #expect(!failure.isWorthRepeating(isWrite: true))
        #expect(failure.portError("a test", isWrite: true).code == .unknownOutcome)
    }

    @Test("an answer that belongs to another question, or to none, is seen")
    func strange() {
        var steps = ExchangeSteps()
        #expect(isNonsense(steps.received(.end)))
        steps.expect(.query)
        steps.expect(.end)
        #expect(isNonsense(steps.received(.end)))
        #expect(isNonsense(steps.received(.passedOver)))
    }

    private func isNonsense(_ action: ExchangeSteps.Action) -> Bool {
        if case .nonsense = action { true } else { false }
    }
}
