import CLinux
import EventLoop
import Glibc
import Testing

@Suite("The turns of a loop", .timeLimit(.minutes(10)))
struct FairnessTests {
    /// Reads a byte each time it is told that there is one.
    private final class ByteReader: EventSource {
        var bytesRead = 0
        var onByte: () -> Void = {}

        override func becameReady(_ events: EventSet) {
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1 else { return }
            bytesRead += 1
            onByte()
        }
    }

    private final class Ticker: TimerTarget {
        let loop: EventLoop
        var ticks = 0
        var onTick: (Int) -> Void = { _ in }
        init(_ loop: EventLoop) { self.loop = loop }

        func arm() { _ = loop.arm(self, atNs: loop.readClockNs() + 1_000_000) }

        func timerFired() {
            ticks += 1
            onTick(ticks)
        }
    }

    private func socketPair() -> (near: Int32, far: Int32) {
        var pair: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        #expect(socketpair(AF_UNIX, type, 0, &pair) == 0)
        return (pair[0], pair[1])
    }

    // What the tests below share between the closures of one loop.
    private final class State {
        var isOver = false
        var rounds = 0
        var reader: ByteReader?
        var ticker: Ticker?
    }

    private func again(
        _ loop: EventLoop, _ state: State, each: @escaping (EventLoop, @escaping () -> Void) -> Void
    ) {
        each(loop) { [self] in
            state.rounds += 1
            guard !state.isOver else { return }
            again(loop, state, each: each)
        }
    }

    @Test(
        "a job that asks for itself for ever starves neither a socket nor a timer", arguments: [true, false])
    func jobsDoNotStarve(sameTurn: Bool) async {
        await withLoop { loop in
            let (near, far) = socketPair()
            defer { close(far) }
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                loop.execute {
                    let state = State()
                    let reader = ByteReader(descriptor: near)
                    let ticker = Ticker(loop)
                    state.reader = reader
                    state.ticker = ticker
                    reader.onByte = { ticker.arm() }
                    ticker.onTick = { _ in
                        state.isOver = true
                        loop.unwatch(reader)
                        close(near)
                        state.reader = nil
                        state.ticker = nil
                        done.resume()
                    }
                    _ = loop.watch(reader, for: .readable)
                    again(loop, state) { loop, body in
                        let bound = LoopBound(body, on: loop)
                        if sameTurn { loop.execute { bound.value() } } else { loop.runLater(body) }
                    }
                    write(far, "x", 1)
                }
            }
        }
    }

    @Test("a task that yields for ever does not starve a socket")
    func yieldingTask() async {
        await withLoop { loop in
            let spinner = Task(executorPreference: loop) { while !Task.isCancelled { await Task.yield() } }
            for _ in 0..<20 { await loop.sleepOnLoop() }
            spinner.cancel()
            await spinner.value
        }
    }

    @Test("a socket that is always ready does not starve timers and jobs")
    func socketsDoNotStarve() async {
        await withLoop { loop in
            let (near, far) = socketPair()
            defer { close(far) }
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                loop.execute {
                    let reader = ByteReader(descriptor: near)
                    let ticker = Ticker(loop)
                    write(far, "x", 1)
                    // It finds a byte after every byte.
                    reader.onByte = { write(far, "x", 1) }
                    ticker.onTick = { ticks in
                        guard ticks < 20 else {
                            loop.unwatch(reader)
                            close(near)
                            reader.onByte = {}
                            ticker.onTick = { _ in }
                            return done.resume()
                        }
                        loop.runLater { ticker.arm() }
                    }
                    _ = loop.watch(reader, for: .readable)
                    ticker.arm()
                }
            }
        }
    }

    @Test("what is put off to the next turn waits until the sockets have been served")
    func laterIsAfterSockets() async {
        await withLoop { loop in
            let (near, far) = socketPair()
            defer { close(far) }
            let served = await withCheckedContinuation { (done: CheckedContinuation<Int, Never>) in
                loop.execute {
                    let reader = ByteReader(descriptor: near)
                    _ = loop.watch(reader, for: .readable)
                    write(far, "x", 1)
                    loop.runLater {
                        loop.unwatch(reader)
                        close(near)
                        done.resume(returning: reader.bytesRead)
                    }
                }
            }
            #expect(served == 1)
        }
    }

    @Test("what is gathered for the end of a turn runs once, after its jobs, and may gather again")
    func endOfTurn() async {
        await withLoop { loop in
            let order = await withCheckedContinuation { (done: CheckedContinuation<[String], Never>) in
                loop.execute {
                    let names = Names()
                    loop.atEndOfTurn {
                        names.all.append("end")
                        // Nothing else would wake the loop: it must not sleep over it.
                        loop.atEndOfTurn {
                            names.all.append("end of the next")
                            done.resume(returning: names.all)
                        }
                    }
                    loop.execute { names.all.append("job") }
                    names.all.append("first")
                }
            }
            #expect(order == ["first", "job", "end", "end of the next"])
        }
    }

    // Touched by the loop's thread only.
    private final class Names: @unchecked Sendable { var all: [String] = [] }
}

extension EventLoop {
    /// A millisecond on this loop, whoever asks.
    fileprivate func sleepOnLoop() async {
        await Task(executorPreference: self) { await self.sleep(forMs: 1) }.value
    }
}
