/// One command on its way to its answer.
final class RedisExchange {
    /// What became of it; returns why the answer makes no sense, if it does not.
    typealias Completion = (Result<RESPReply, RedisError>) -> RedisError?

    let command: RedisCommand
    let deadlineNs: UInt64
    var redirects = 0
    /// The next node takes it although it does not have the slot yet.
    var isAsking = false
    /// The server did not know the script by its digest.
    var sendsScript = false
    private var completion: Completion?

    init(_ command: RedisCommand, deadlineNs: UInt64, completion: @escaping Completion) {
        self.command = command
        self.deadlineNs = deadlineNs
        self.completion = completion
    }

    /// Tells the caller, once.
    func answer(_ reply: RESPReply) -> RedisError? {
        let told = completion
        completion = nil
        return told?(.success(reply))
    }

    func fail(_ error: RedisError) {
        let told = completion
        completion = nil
        _ = told?(.failure(error))
    }
}

/// Exchanges in their order. What is taken leaves at the front without moving the rest.
struct ExchangeQueue {
    private var items: [RedisExchange?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { head == items.count }
    var first: RedisExchange? { isEmpty ? nil : items[head] }

    mutating func append(_ exchange: RedisExchange) { items.append(exchange) }

    mutating func popFirst() -> RedisExchange? {
        guard head < items.count else { return nil }
        let exchange = items[head]
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: items.capacity <= 4_096)
            head = 0
        } else if head >= 1_024, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return exchange
    }

    /// All of them, for whoever ends them; the queue is empty before the first is told.
    mutating func takeAll() -> [RedisExchange] {
        let taken = items[head...].compactMap(\.self)
        items = []
        head = 0
        return taken
    }
}
