import Glibc

/// The thread that moves lines from a queue to a descriptor, so that a slow reader stops nobody else.
enum LogWriterThread {
    private final class Work {
        let queue: LogQueue
        let descriptor: Int32

        init(queue: LogQueue, descriptor: Int32) {
            self.queue = queue
            self.descriptor = descriptor
        }
    }

    static func start(queue: LogQueue, descriptor: Int32) {
        let work = Unmanaged.passRetained(Work(queue: queue, descriptor: descriptor))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                let work = Unmanaged<Work>.fromOpaque(pointer!).takeRetainedValue()
                LogWriterThread.run(queue: work.queue, descriptor: work.descriptor)
                return nil
            }, work.toOpaque())
        // Without threads nothing can be served; the operator sees the limit that was hit.
        precondition(failure == 0, "cannot start the log thread: \(String(cString: strerror(failure)))")
        // It ends with its queue, and nobody needs its result.
        pthread_detach(thread)
    }

    private static func run(queue: LogQueue, descriptor: Int32) {
        // Signals belong to the threads that handle them; a closed pipe must be an error here and not a signal.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        var batch: [UInt8] = []
        while queue.take(into: &batch) {
            let unwritten = batch.withUnsafeBytes { write($0, to: descriptor) }
            guard unwritten > 0 else { continue }
            let lost = batch.suffix(unwritten).count { $0 == UInt8(ascii: "\n") }
            queue.drop(UInt64(lost))
        }
    }

    /// Writes all of it and returns 0, or how many bytes are left when the descriptor fails.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                continue
            }
            if errno == EINTR { continue }
            guard errno == EAGAIN else { return rest.count }
            // Somebody made the descriptor non-blocking; this thread has nothing else to do than wait for room.
            var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&room, 1, 1_000)
        }
        return 0
    }
}
