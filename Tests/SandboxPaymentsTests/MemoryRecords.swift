import SandboxPayments
import Synchronization
import Ticketing

/// The sandbox's books in memory.
final class MemoryRecords: SandboxRecords {
    private let stored = Mutex<[Attempt: [UInt8]]>([:])

    func change<Answer: Sendable>(
        _ attempt: Attempt, _ change: @escaping @Sendable (inout [UInt8]?) -> Answer
    ) async throws(PortError) -> Answer {
        stored.withLock { change(&$0[attempt]) }
    }

    func record(_ attempt: Attempt) async throws(PortError) -> [UInt8]? {
        stored.withLock { $0[attempt] }
    }

    func records(
        after attempt: Attempt?, limit: Int
    ) async throws(PortError) -> [(attempt: Attempt, record: [UInt8])] {
        stored.withLock { stored in
            let sorted = stored.sorted { $0.key.text < $1.key.text }
            let rest = sorted.filter { entry in attempt.map { $0.text < entry.key.text } ?? true }
            return rest.prefix(limit).map { ($0.key, $0.value) }
        }
    }
}
