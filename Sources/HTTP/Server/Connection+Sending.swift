import CLinux
import EventLoop
import Glibc

/// From answers to bytes on their way, and the end of a connection that has been given its last one.
extension Connection {
    func flush(_ body: LargeBody? = nil) {
        guard !server.output.isEmpty, !flags.contains(.closed) else { return server.output.clear() }
        defer { server.output.clear() }
        if pending != nil {
            // The answer of a handler that began before the kernel took no more: it goes behind what waits.
            pending?.append(server.output, body)
            return setWriteDeadline()
        }
        let (progress, rest) = PendingOutput.send(server.output, body, to: descriptor)
        switch progress {
        case .finished: finishedWriting()
        case .failed: close()
        case .blocked:
            pending = rest
            setWriteDeadline()
            // Nothing is read until the peer has taken its answers, which may be the whole deadline.
            if let input, input.isEmpty { giveBackInput() }
        }
    }

    /// A handler that runs keeps its own deadline; when it has answered, its answer has one.
    private func setWriteDeadline() {
        guard !flags.contains(.handling) || flags.contains(.abandoned) else { return }
        setDeadline(.write, afterMs: server.settings.writeTimeoutMs)
    }

    func resumeWriting() {
        switch pending?.resume(to: descriptor) {
        case .blocked, nil: return
        case .failed: return close()
        case .finished: pending = nil
        }
        finishedWriting()
        guard flags.isDisjoint(with: [.closed, .lingers]) else { return }
        process()
        receive()
    }

    private func finishedWriting() {
        guard flags.contains(.closesAfterWrite) else { return }
        guard flags.contains(.lingers) else { return close() }
        clinux_end_sending(descriptor)
        giveBackInput()
        setDeadline(.linger, afterMs: server.settings.lingerTimeoutMs)
        flags.insert(.unread)
        discardInput()
    }

    /// Throws away what still comes, until the peer ends or the time is up.
    func discardInput() {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { scratch in
            for _ in 0..<Self.maxReadsPerTurn {
                let count = recv(descriptor, scratch.baseAddress!, scratch.count, 0)
                if count > 0 { continue }
                if count < 0, errno == EINTR { continue }
                guard count < 0, errno == EAGAIN else { return close() }
                flags.remove(.unread)
                return
            }
            server.loop.runLater { [self] in receive() }
        }
    }
}
