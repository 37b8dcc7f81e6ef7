import Ticketing

/// The payment gateway for trying things out: the token says what becomes of a charge. It keeps books like a
/// real one, so a crash between a capture and its answer can be lived through.
package struct SandboxGateway: PaymentGateway {
    private let records: any SandboxRecords
    private let clock: any WallClock

    package init(records: any SandboxRecords, clock: any WallClock) {
        self.records = records
        self.clock = clock
    }

    package func charge(_ charge: Charge) async throws(PortError) -> ChargeOutcome {
        if charge.payment.token == SandboxToken.slow.rawValue { try await takeTime(charge) }
        switch try await answer(to: charge) {
        case .outcome(let outcome): return outcome
        case .failed: throw PortError(.failed, "the sandbox failed this try to pay")
        case .lost: throw PortError(.unknownOutcome, "the sandbox lost its answer")
        case .otherAmount:
            throw PortError(.rejected, "the attempt \(charge.attempt) was captured for another amount")
        }
    }

    package func reverse(_ attempt: Attempt) async throws(PortError) -> ReversalOutcome {
        try await change(attempt) { $0.reverse() }
    }

    private func answer(to charge: Charge) async throws(PortError) -> SandboxAccount.Answer {
        try await change(charge.attempt) { $0.charge(charge) }
    }

    /// Only a first charge is slow: what is decided is answered at once.
    private func takeTime(_ charge: Charge) async throws(PortError) {
        guard try await records.record(charge.attempt) == nil else { return }
        do {
            try await clock.sleep(ms: SandboxToken.slowMs)
        } catch {
            throw PortError(.failed, "the charge was given up before it was made", cause: error)
        }
    }

    private func change<Answer: Sendable>(
        _ attempt: Attempt, _ step: @escaping @Sendable (inout SandboxAccount) -> Answer
    ) async throws(PortError) -> Answer {
        try await records.change(attempt) { record -> Result<Answer, PortError> in
            do throws(PortError) {
                var account =
                    try record.map { bytes throws(PortError) in try SandboxAccount(bytes: bytes) }
                    ?? SandboxAccount()
                let answer = step(&account)
                record = account.bytes
                return .success(answer)
            } catch {
                return .failure(error)
            }
        }.get()
    }
}
