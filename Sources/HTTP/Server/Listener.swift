import EventLoop
import Glibc
import JSON
import Telemetry

/// A listening socket of one loop.
final class Listener: EventSource, TimerTarget {
    private unowned let server: LoopServer
    /// Set while it does not listen because the last accept failed.
    private var pauseTimer: TimerID?
    /// More at once, and the requests of those already here would wait.
    private static let maxAcceptsPerTurn = 64
    private static let pauseMs: UInt64 = 100

    init(descriptor: Int32, server: LoopServer) {
        self.server = server
        super.init(descriptor: descriptor)
    }

    override func becameReady(_ events: EventSet) { acceptWaiting(atMost: Self.maxAcceptsPerTurn) }

    /// Level-triggered: what is left after the limit is reported again by the next wait.
    func acceptWaiting(atMost limit: Int) {
        for _ in 0..<limit {
            do throws(SocketError) {
                guard let (accepted, peer) = try TCPSocket.accept(from: descriptor) else { return }
                server.begin(accepted, peer: PeerAddress(peer))
            } catch {
                return pause(error)
            }
        }
    }

    /// Out of descriptors or memory: the waiting connection stays in the kernel's queue, and asking again at
    /// once would only spin.
    private func pause(_ error: SocketError) {
        server.logger.error("cannot accept connections") { line in
            line.member("error", error.description)
            line.member("retryAfterMs", Self.pauseMs)
        }
        server.loop.unwatch(self)
        pauseTimer = server.loop.arm(self, atNs: server.loop.nowNs + Self.pauseMs * 1_000_000)
    }

    func timerFired() {
        pauseTimer = nil
        guard server.loop.watch(self, for: .readable) else {
            pauseTimer = server.loop.arm(self, atNs: server.loop.nowNs + Self.pauseMs * 1_000_000)
            return
        }
    }

    func close() {
        if let pauseTimer { server.loop.cancel(pauseTimer) }
        server.loop.unwatch(self)
        Glibc.close(descriptor)
    }
}
