import Synchronization
import Ticketing

/// How old the oldest message can be at most. SQS does not tell it but to CloudWatch, with minutes' delay; what this
/// process has seen gives a bound: everything in the queue came after the moment at which it was last seen empty, and,
/// as it is served in order, after the messages that came out of it lately.
final class QueueAge: Sendable {
    private let oldestPossible = Mutex<Timestamp?>(nil)

    func sawEmpty(at moment: Timestamp) { note(moment) }

    /// A message that comes a second time says nothing: it is older than the ones behind it.
    func sawMessages(_ messages: [ReceivedMessage]) {
        for message in messages where message.receiveCount == 1 { note(message.sentAt) }
    }

    /// Nil while nothing is known.
    func ageMs(at now: Timestamp) -> Int? {
        oldestPossible.withLock { $0 }.map { Int(max(0, now.ms(since: $0))) }
    }

    private func note(_ moment: Timestamp) {
        oldestPossible.withLock { oldest in
            if oldest.map({ $0 < moment }) ?? true { oldest = moment }
        }
    }
}
