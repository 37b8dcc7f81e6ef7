import Glibc

/// Wakes one sleeping thread. Without a sleeper it costs no system call.
final class WakeUp: Sendable {
    // A semaphore must not move in memory; its functions may be called from any thread.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    /// Returns after a signal, at once when one has come already.
    func wait() { while sem_wait(semaphore) != 0 && errno == EINTR {} }
}
