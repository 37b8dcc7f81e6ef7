import CLinux
import Synchronization

/// What other threads hand to a loop, and the one descriptor that wakes it.
///
/// The loop says under the lock that it goes to sleep, and a sender under the same lock whether it has to
/// wake it: a wake-up can then not be lost, and a loop that is awake costs its senders no system call.
struct Inbox: ~Copyable, Sendable {
    private struct Contents {
        var work: [LoopWork] = []
        var isAsleep = false
        var isWoken = false
    }
    // Work is only ever moved from a sender into the loop that runs it; the lock orders the two.
    private struct Guarded: @unchecked Sendable { var contents = Contents() }

    private let guarded = Mutex(Guarded())
    let wakeDescriptor: Int32

    init() {
        wakeDescriptor = clinux_eventfd()
        precondition(wakeDescriptor >= 0, "no descriptor left for a loop")
    }

    deinit { close(wakeDescriptor) }

    func send(_ work: sending LoopWork) {
        let item = Handover(work: work)
        signal(
            guarded.withLock { state in
                state.contents.work.append(item.work)
                return Self.noteWakeUp(&state.contents)
            })
    }

    func wake() {
        signal(
            guarded.withLock { state in
                state.contents.isWoken = true
                return Self.noteWakeUp(&state.contents)
            })
    }

    /// Moves what has arrived to the end of `ready`. The loop is awake from here on.
    func takeAll(into ready: inout WorkQueue) {
        var arrived = guarded.withLock { state in
            state.contents.isAsleep = false
            state.contents.isWoken = false
            guard !state.contents.work.isEmpty else { return Handover<[LoopWork]>(work: []) }
            let work = state.contents.work
            state.contents.work = []
            return Handover(work: work)
        }
        ready.append(&arrived.work)
    }

    /// False when something has come in the meantime, and the loop must not block.
    func fallAsleep() -> Bool {
        guarded.withLock { state in
            guard state.contents.work.isEmpty, !state.contents.isWoken else { return false }
            state.contents.isAsleep = true
            return true
        }
    }

    private static func noteWakeUp(_ contents: inout Contents) -> Bool {
        defer { contents.isAsleep = false }
        return contents.isAsleep
    }

    private func signal(_ isNeeded: Bool) {
        guard isNeeded else { return }
        clinux_eventfd_signal(wakeDescriptor)
    }

    // Carries work out of and into the lock's closure; it is used once, by the thread that made it.
    private struct Handover<Work>: @unchecked Sendable { var work: Work }
}
