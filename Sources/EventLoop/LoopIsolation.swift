/// The loop as the home of actors.
///
/// Another executor than the loop itself: Swift takes a job that runs under a serial executor off it, and through the
/// loop's queue once more, wherever a function that is bound to no actor comes back from a wait. Tasks that only prefer
/// the loop, as every handler does, run under no serial executor and stay where they are.
final class LoopIsolation: SerialExecutor {
    /// An actor keeps its loop for as long as it lives.
    private unowned let loop: EventLoop

    init(of loop: EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) { loop.enqueueIsolated(job) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { loop.preconditionIsCurrent() }

    func isIsolatingCurrentContext() -> Bool? { loop.isCurrent }
}
