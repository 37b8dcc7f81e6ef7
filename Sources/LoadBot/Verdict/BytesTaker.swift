import HTTP

/// Sends bytes that are ready from a task, and keeps of the answer what a comparison needs.
final class BytesTaker: AnswerTaker {
    struct Outcome {
        let status: Int
        let isReplay: Bool
        let hash: UInt64
    }

    var bytes: [UInt8] = []
    private var waiter: UnsafeContinuation<Outcome?, Never>?

    private static let timeoutMs: UInt64 = 10_000

    /// Nil when no answer came.
    func send(over client: HTTPClient) async -> Outcome? {
        let exchange = Exchange(taker: self)
        exchange.bytes = bytes
        exchange.isRepeatable = true
        return await withUnsafeContinuation { continuation in
            waiter = continuation
            client.send(exchange, timeoutMs: Self.timeoutMs)
        }
    }

    func took(_ answer: borrowing RawAnswer, of exchange: Exchange) {
        wake(
            Outcome(
                status: answer.status, isReplay: answer.header("idempotent-replayed") != nil,
                hash: AnswerHash.of(answer.body)))
    }

    func failed(_ error: HTTPClientError, of exchange: Exchange) { wake(nil) }

    private func wake(_ outcome: Outcome?) {
        let told = waiter
        waiter = nil
        told?.resume(returning: outcome)
    }
}
