import CLinux
import EventLoop
import Glibc

/// One accepted connection: reads requests, has them answered in order, sends the answers. It lives on its
/// loop and, while idle, is little more than a descriptor and a deadline.
///
/// A request's bytes stay where they are from the moment its handler gets them until it has answered: while a
/// handler runs, nothing is read, moved or parsed.
final class Connection: EventSource, TimerTarget {
    // The server outlives its connections: it ends each of them before it goes, and a handler that still runs then
    // keeps it. Safe, and it saves an atomic count at every one of its uses.
    unowned(unsafe) let server: LoopServer
    let peer: PeerAddress
    /// Where the server keeps it, so that it is taken out without a search.
    var index = 0
    var input: InputBuffer?
    var pending: PendingOutput?
    var flags: Flags
    var deadlineKind = Deadline.idle
    var deadlineNs: UInt64 = 0
    var timer: TimerID?
    var timerNs: UInt64 = 0
    var running: RunningHandler?

    struct Flags: OptionSet {
        let rawValue: UInt16
        /// A handler has the request at the front of the input.
        static let handling = Flags(rawValue: 1)
        /// The kernel has said there is more to read, and it was not read yet.
        static let unread = Flags(rawValue: 2)
        static let closesAfterWrite = Flags(rawValue: 4)
        /// After the last answer, what still comes is read and thrown away until the peer has seen that answer.
        static let lingers = Flags(rawValue: 8)
        /// The handler's time was up and the answer is given; what it says later is dropped.
        static let abandoned = Flags(rawValue: 16)
        static let headIsJudged = Flags(rawValue: 32)
        static let closed = Flags(rawValue: 64)
        /// The handler's task is being started: one that never waits ends inside the start.
        static let starting = Flags(rawValue: 128)
        /// The peer will send nothing more. The kernel says so once, maybe together with its last bytes.
        static let peerEnded = Flags(rawValue: 256)
        /// One of the connections that the limit counts, and not one that is only told to go.
        static let counted = Flags(rawValue: 512)
    }

    static let maxReadsPerTurn = 16
    static let maxRequestsPerTurn = 128

    init(descriptor: Int32, peer: PeerAddress, server: LoopServer, isCounted: Bool) {
        self.peer = peer
        self.server = server
        flags = isCounted ? .counted : []
        super.init(descriptor: descriptor)
    }

    var isIdle: Bool { input == nil && pending == nil && !flags.contains(.handling) }

    func begin() { setDeadline(.idle, afterMs: server.settings.idleTimeoutMs) }

    // MARK: Events

    override func becameReady(_ events: EventSet) {
        guard events.isDisjoint(with: [.failed, .hungUp]) else { return close() }
        if events.contains(.writable), pending != nil { resumeWriting() }
        guard !events.isDisjoint(with: [.readable, .peerClosed]), !flags.contains(.closed) else { return }
        flags.insert(.unread)
        if events.contains(.peerClosed) { flags.insert(.peerEnded) }
        receive()
    }

    /// A request may lie in the kernel's buffer since before the server began to drain: it is still answered.
    /// Without one the connection ends.
    func readOnceMore() {
        flags.insert(.unread)
        receive()
    }

    /// Reads and answers until the kernel has no more, or a handler or the peer's slowness stops it.
    func receive() {
        for _ in 0..<Self.maxReadsPerTurn {
            guard flags.contains(.unread), !flags.contains(.closed), pending == nil else { return }
            guard !flags.contains(.lingers) else { return discardInput() }
            guard !flags.contains(.handling) else { return }
            let input = takeInput()
            guard input.makeRoom(maxCapacity: server.inputPool.maxCapacity) else {
                // Every limit of the parser is below the buffer's size, so it has refused before this.
                return close()
            }
            let room = input.capacity - input.end
            let count = recv(descriptor, input.base + input.end, room, 0)
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                return receivedNothing(count)
            }
            input.end += count
            // Less than there was room for is all there is, except that the end is still to be read.
            if count < room, !flags.contains(.peerEnded) { flags.remove(.unread) }
            process()
        }
        // The others' turn; the rest of this one's bytes comes in the next.
        server.loop.runLater { [self] in receive() }
    }

    private func receivedNothing(_ count: Int) {
        guard count < 0, errno == EAGAIN else { return close() }
        flags.remove(.unread)
        rest()
    }

    private func takeInput() -> InputBuffer {
        if let input { return input }
        let taken = server.inputPool.take()
        taken.peer = peer
        input = taken
        return taken
    }

    func giveBackInput() {
        guard !flags.contains(.handling), let input else { return }
        self.input = nil
        server.inputPool.giveBack(input)
    }

    /// Between requests: gives the buffer back, so that ten thousand idle connections need none.
    func rest() {
        guard flags.isDisjoint(with: [.handling, .closesAfterWrite, .closed]), pending == nil else { return }
        if let input {
            guard input.isEmpty else { return }
            giveBackInput()
        }
        guard !server.isDraining else { return close() }
        setDeadline(.idle, afterMs: server.settings.idleTimeoutMs)
    }

    /// Ends the connection now. A handler that still runs goes on to its end and is not heard.
    func close() { end { _ = Glibc.close($0) } }

    /// Ends the connection of a peer that does not read: what waits for it goes as well.
    func cutOff() { end { TCPSocket.reset($0) } }

    private func end(_ closing: (Int32) -> Void) {
        guard !flags.contains(.closed) else { return }
        flags.insert(.closed)
        if let timer { server.loop.cancel(timer) }
        timer = nil
        pending = nil
        server.loop.unwatch(self)
        closing(descriptor)
        giveBackInput()
        server.ended(self)
    }

    func timerFired() { deadlineTimerFired() }
}
