import EventLoop

/// The moment from which a service wants traffic: what it warms up first is warm, or that took too long. It belongs
/// to the control loop.
final class Opening: TimerTarget {
    private let control: EventLoop
    private let readiness: Readiness
    private let opened: () -> Void
    private var isOpen = false

    /// A large event takes a second to read; a store that hangs must not keep the service from buyers of others.
    static let deadlineMs: UInt64 = 5_000

    init(on control: EventLoop, readiness: Readiness, opened: @escaping () -> Void) {
        self.control = control
        self.readiness = readiness
        self.opened = opened
    }

    /// `warmUp` calls what it is handed when it is done, well or not, on whatever thread.
    func begin(
        deadlineMs: UInt64 = Opening.deadlineMs, _ warmUp: ((@escaping @Sendable () -> Void) -> Void)?
    ) {
        guard let warmUp else { return open() }
        let opening = LoopBound(self, on: control)
        let control = control
        _ = control.arm(self, atNs: control.nowNs + deadlineMs * 1_000_000)
        warmUp { control.execute { opening.value.open() } }
    }

    func timerFired() { open() }

    private func open() {
        guard !isOpen else { return }
        isOpen = true
        // It may have been told to stop meanwhile.
        guard readiness.begin() else { return }
        opened()
    }
}
