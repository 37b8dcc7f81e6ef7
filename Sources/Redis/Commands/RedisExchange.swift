import Ticketing

/// One command on its way to its answer.
final class RedisExchange {
    /// What became of it; returns why the answer makes no sense, if it does not.
    typealias Completion = (Result<RESPReply, RedisError>) -> RedisError?
    typealias EntryReader = UnsafeContinuation<Result<CacheEntry?, RedisError>, Never>

    /// Who is told. Reading an entry is what nearly every command does, so it needs no closures.
    private enum Caller {
        case entryReader(EntryReader)
        case completion(Completion)
        case nobody
    }

    let command: RedisCommand
    let deadlineNs: UInt64
    var redirects = 0
    /// The next node takes it although it does not have the slot yet.
    var isAsking = false
    /// The server did not know the script by its digest.
    var sendsScript = false
    private var caller: Caller

    init(_ command: RedisCommand, deadlineNs: UInt64, completion: @escaping Completion) {
        self.command = command
        self.deadlineNs = deadlineNs
        caller = .completion(completion)
    }

    init(readingEntry key: String, deadlineNs: UInt64, for reader: EntryReader) {
        command = .readEntry(key: key)
        self.deadlineNs = deadlineNs
        caller = .entryReader(reader)
    }

    /// Tells the caller, once. An error is why the answer makes no sense.
    func answer(_ reply: RESPReply, maxEntryBytes: Int) -> RedisError? {
        switch takeCaller() {
        case .entryReader(let reader):
            do throws(RedisError) {
                reader.resume(returning: .success(try EntryRecord.entry(reply, maxBytes: maxEntryBytes)))
                return nil
            } catch {
                reader.resume(returning: .failure(error))
                return error
            }
        case .completion(let completion): return completion(.success(reply))
        case .nobody: return nil
        }
    }

    func fail(_ error: RedisError) {
        switch takeCaller() {
        case .entryReader(let reader): reader.resume(returning: .failure(error))
        case .completion(let completion): _ = completion(.failure(error))
        case .nobody: return
        }
    }

    private func takeCaller() -> Caller {
        let taken = caller
        caller = .nobody
        return taken
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
