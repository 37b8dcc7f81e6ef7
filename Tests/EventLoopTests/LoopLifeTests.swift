import CLinux
import EventLoop
import Glibc
import Testing

@Suite("The life of a loop", .timeLimit(.minutes(10)))
struct LoopLifeTests {
    private func openDescriptors() -> Set<Int32> {
        Set((0..<1_024).filter { fcntl(Int32($0), F_GETFD) != -1 }.map(Int32.init))
    }

    private final class Ender: EventSource {
        let ended: () -> Void
        init(descriptor: Int32, ended: @escaping () -> Void) {
            self.ended = ended
            super.init(descriptor: descriptor)
        }
        deinit { ended() }
        override func becameReady(_ events: EventSet) {}
    }

    @Test("work that is queued when the loop is stopped still runs")
    func queuedWorkRuns() async {
        let thread = LoopThread(name: "ending")
        let loop = thread.loop
        let tasks = loop.runAndWait {
            loop.stop()
            return (0..<100).map { number in
                Task(executorPreference: loop) {
                    await Task.yield()
                    return number
                }
            }
        }
        thread.stopAndJoin()
        var sum = 0
        for task in tasks { sum += await task.value }
        #expect(sum == 4_950)
    }

    @Test("deadlines count from when the loop runs, not from when it was made")
    func timeAtStart() async {
        let clock = ManualLoopClock()
        let loop = EventLoop(name: "late", clock: .manual(clock))
        clock.advance(byMs: 5_000, waking: loop)
        let now = await withCheckedContinuation { (done: CheckedContinuation<UInt64, Never>) in
            loop.execute {
                done.resume(returning: loop.nowNs)
                loop.stop()
            }
            let thread = Thread(name: "late") { loop.run() }
            thread.join()
        }
        #expect(now == clock.nowNs)
    }

    @Test("a source lives to the end of the turn that ends it, and no longer")
    func sourcesAreReleased() async {
        await withLoop { loop in
            let released = Flag()
            var pair: [Int32] = [0, 0]
            #expect(pipe(&pair) == 0)
            let near = pair[0]
            loop.runAndWait {
                let source = Ender(descriptor: near) { released.isSet = true }
                _ = loop.watch(source, for: .readable)
                loop.unwatch(source)
                loop.unwatch(source)
                #expect(!released.isSet)
            }
            loop.runAndWait {}
            loop.runAndWait { #expect(released.isSet) }
            close(pair[0])
            close(pair[1])
        }
    }

    /// Both descriptors are ready in the same batch, and the first that is served ends the other and itself.
    @Test("an event of a source that has ended in the same batch is dropped")
    func staleEvents() async {
        await withLoop { loop in
            let served = await withCheckedContinuation { (done: CheckedContinuation<Int, Never>) in
                loop.execute {
                    let batch = Batch()
                    for _ in 0..<10 {
                        var pair: [Int32] = [0, 0]
                        _ = pipe(&pair)
                        write(pair[1], "x", 1)
                        let source = BatchMember(descriptor: pair[0])
                        source.batch = batch
                        batch.loop = loop
                        batch.members.append((source, pair[1]))
                        _ = loop.watch(source, for: .readable)
                    }
                    _ = loop.arm(Later { done.resume(returning: batch.served) }, atNs: loop.nowNs + 5_000_000)
                }
            }
            #expect(served == 1)
        }
    }

    private final class Batch {
        var loop: EventLoop?
        var members: [(source: BatchMember, far: Int32)] = []
        var served = 0

        func endAll() {
            for (source, far) in members {
                loop?.unwatch(source)
                close(source.descriptor)
                close(far)
            }
            members = []
        }
    }

    private final class BatchMember: EventSource {
        weak var batch: Batch?
        override func becameReady(_ events: EventSet) {
            batch?.served += 1
            batch?.endAll()
        }
    }

    private final class Later: TimerTarget {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
        func timerFired() { body() }
    }

    // Touched by the loop's thread only.
    private final class Flag: @unchecked Sendable { var isSet = false }

    @Test("a signal is an event, each time it comes")
    func signals() async {
        await withLoop { loop in
            let received = await withCheckedContinuation { (done: CheckedContinuation<[Int32], Never>) in
                loop.execute {
                    let all = Signals()
                    // Raised in the loop's own thread: only there the signal is blocked in this test.
                    let source = SignalSource([SIGUSR1, SIGUSR2]) { signal in
                        all.numbers.append(signal)
                        if all.numbers.count == 1 { raise(SIGUSR2) }
                        guard all.numbers.count == 2, let source = all.source else { return }
                        loop.unwatch(source)
                        all.source = nil
                        done.resume(returning: all.numbers)
                    }
                    all.source = source
                    _ = loop.watch(source!, for: .readable)
                    raise(SIGUSR1)
                }
            }
            #expect(received == [SIGUSR1, SIGUSR2])
        }
    }

    private final class Signals {
        var numbers: [Int32] = []
        var source: SignalSource?
    }
}

@Suite("What belongs to a loop")
struct LoopBoundTests {
    @Test("is reached on the loop")
    func onLoop() async {
        await withLoop { loop in
            let bound = loop.runAndWait { LoopBound([1, 2, 3], on: loop) }
            #expect(loop.runAndWait { bound.value.count } == 3)
        }
    }

    @Test("stops the program when another thread reaches for it")
    func offLoop() async {
        await #expect(processExitsWith: .failure) {
            let thread = LoopThread(name: "owner")
            let loop = thread.loop
            let bound = loop.runAndWait { LoopBound(1, on: loop) }
            _ = bound.value
            thread.stopAndJoin()
        }
    }

    @Test("a thread that nobody joins stops the program")
    func unjoined() async {
        await #expect(processExitsWith: .failure) {
            do { _ = Thread(name: "lost") {} }
        }
    }

    @Test("a loop that would wait for itself stops the program")
    func selfWait() async {
        await #expect(processExitsWith: .failure) {
            let thread = LoopThread(name: "owner")
            let loop = thread.loop
            loop.runAndWait { loop.runAndWait {} }
            thread.stopAndJoin()
        }
    }
}
