import Synchronization

/// How much a process has taken on, over all its loops: what the limits are compared with.
package final class ServerLoad: Sendable {
    private let connectionCount = Atomic<Int>(0)
    private let inFlightCount = Atomic<Int>(0)

    package init() {}

    package var connections: Int { connectionCount.load(ordering: .relaxed) }
    package var requestsInFlight: Int { inFlightCount.load(ordering: .relaxed) }

    /// False when there is no room; nothing is counted then.
    func enterConnection(atMost limit: Int) -> Bool { Self.enter(connectionCount, limit) }
    func leaveConnection() { connectionCount.subtract(1, ordering: .relaxed) }

    func enterRequest(atMost limit: Int) -> Bool { Self.enter(inFlightCount, limit) }
    func leaveRequest() { inFlightCount.subtract(1, ordering: .relaxed) }

    private static func enter(_ count: borrowing Atomic<Int>, _ limit: Int) -> Bool {
        guard count.add(1, ordering: .relaxed).newValue <= limit else {
            count.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }
}
