import EventLoop
import Synchronization
import Testing

@testable import Bootstrap

@Suite("A service opens", .timeLimit(.minutes(1)))
struct OpeningTests {
    /// What happens to an opening on a loop of its own, until it has opened as often as it is going to.
    private func openings(
        deadlineMs: UInt64 = 60_000, readiness: Readiness = Readiness(),
        _ warmUp: (@Sendable (@escaping @Sendable () -> Void) -> Void)?
    ) async -> Int {
        let host = LoopHost(name: "opening")
        defer { host.stopAndJoin() }
        let loop = host.loop
        let count = Mutex(0)
        let (opened, opening) = AsyncStream.makeStream(of: Void.self)
        loop.execute {
            Opening(on: loop, readiness: readiness) {
                count.withLock { $0 += 1 }
                opening.yield()
            }.begin(deadlineMs: deadlineMs, warmUp)
        }
        for await _ in opened { break }
        // Whatever was still to come has come when the loop has had another turn.
        loop.runAndWait {}
        return count.withLock { $0 }
    }

    @Test("at once when there is nothing to warm up")
    func nothing() async {
        #expect(await openings(nil) == 1)
    }

    @Test("once, when it is warm, and not before")
    func warm() async {
        let readiness = Readiness()
        let wasReady = Mutex(true)
        let count = await openings(readiness: readiness) { done in
            wasReady.withLock { $0 = readiness.isReady }
            done()
            done()
        }
        #expect(count == 1)
        #expect(!wasReady.withLock { $0 })
        #expect(readiness.isReady)
    }

    @Test("when the time for it is over, if it never gets warm")
    func hanging() async {
        let readiness = Readiness()
        #expect(await openings(deadlineMs: 20, readiness: readiness) { _ in } == 1)
        #expect(readiness.isReady)
    }

    @Test("not any more when it has been told to stop")
    func stopped() {
        let readiness = Readiness()
        readiness.end()
        #expect(!readiness.begin())
        #expect(!readiness.isReady)
    }
}
