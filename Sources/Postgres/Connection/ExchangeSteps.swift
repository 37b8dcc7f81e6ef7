/// What the server has to say to one exchange, and what it has said so far. It decides when the answer is whole,
/// and what is known of the transaction when the connection ends in the middle.
struct ExchangeSteps {
    enum Step: Equatable {
        /// A statement is being prepared; its number in the connection's memory.
        case prepare(Int)
        /// The end of the preparations, which are apart: a transaction that fails does not undo them.
        case preparesEnd
        case query
        /// The end of the transaction: what was said before is true only now.
        case end
    }

    /// What libpq's result says.
    enum Report {
        case rows(ResultRows)
        case failed(PostgresFailure)
        /// An earlier statement has failed, so this one was passed over.
        case passedOver
        case end
    }

    enum Action {
        case goOn
        /// The preparation did not stand: forget it.
        case forget(statement: Int)
        case answer(Exchange.Answer)
        case nonsense(String)
    }

    private var steps: [Step] = []
    private var position = 0
    private var rows: [ResultRows] = []
    private var failure: PostgresFailure?
    private var isSent = false

    mutating func expect(_ step: Step) {
        steps.append(step)
        isSent = true
    }

    private var isPastQueries: Bool { position < steps.count && steps[position] == .end }

    mutating func received(_ report: Report) -> Action {
        guard position < steps.count else { return .nonsense("an answer to no question") }
        let step = steps[position]
        switch (step, report) {
        case (.prepare, .rows), (.preparesEnd, .end):
            position += 1
            return .goOn
        case (.prepare(let number), .failed(let failure)):
            note(failure)
            position += 1
            return .forget(statement: number)
        case (.prepare(let number), .passedOver):
            position += 1
            return .forget(statement: number)
        case (.query, .rows(let rows)):
            self.rows.append(rows)
            position += 1
            return .goOn
        case (.query, .failed(let failure)):
            note(failure)
            position += 1
            return .goOn
        case (.query, .passedOver):
            guard failure != nil else { return .nonsense("a statement was passed over for no reason") }
            position += 1
            return .goOn
        // The commit itself failed. The end is still to come, unless the connection ends now.
        case (.end, .failed(let failure)), (.preparesEnd, .failed(let failure)):
            note(failure)
            return .goOn
        case (.end, .end):
            position += 1
            return .answer(failure.map { .failure($0) } ?? .success(rows))
        default:
            return .nonsense("an answer that belongs to another question")
        }
    }

    private mutating func note(_ failure: PostgresFailure) {
        guard self.failure == nil else { return }
        // Told to go after all statements were done: the commit may stand already.
        let isUnclear = isPastQueries && failure.sqlState?.isFailover == true
        self.failure =
            isUnclear || failure.sqlState?.isUnclear == true
            ? failure.havingMaybeTakenEffect(true) : failure
    }

    /// The connection is gone. A statement's own error is still the truth, because the transaction died with it;
    /// everything else may have come through.
    ///
    /// `isBehindFatal`: the server said that it goes while it was busy with an earlier exchange, so it never
    /// began this one.
    func whenLost(_ loss: PostgresFailure, isBehindFatal: Bool) -> PostgresFailure {
        if let failure { return failure }
        return loss.havingMaybeTakenEffect(isSent && !isBehindFatal)
    }

    /// The server has announced its end to this exchange.
    var isFatal: Bool { failure?.sqlState?.isFailover == true }
}
