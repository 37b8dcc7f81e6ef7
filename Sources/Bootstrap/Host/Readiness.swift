import Synchronization

/// Whether the load balancer should send requests here: not before `begin`, and never again after `end`.
package final class Readiness: Sendable {
    private static let starting: UInt8 = 0
    private static let serving: UInt8 = 1
    private static let ended: UInt8 = 2

    private let stage = Atomic<UInt8>(Readiness.starting)

    package init() {}

    package var isReady: Bool { stage.load(ordering: .acquiring) == Self.serving }

    /// False when the end came first.
    @discardableResult
    func begin() -> Bool {
        stage.compareExchange(
            expected: Self.starting, desired: Self.serving, ordering: .acquiringAndReleasing
        )
        .original != Self.ended
    }

    func end() { stage.store(Self.ended, ordering: .releasing) }
}
