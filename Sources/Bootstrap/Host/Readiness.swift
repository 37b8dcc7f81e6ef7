import Synchronization

/// Whether the load balancer should send requests here.
package final class Readiness: Sendable {
    private let isServing = Atomic<Bool>(false)

    package init() {}

    package var isReady: Bool { isServing.load(ordering: .acquiring) }

    func begin() { isServing.store(true, ordering: .releasing) }
    func end() { isServing.store(false, ordering: .releasing) }
}
