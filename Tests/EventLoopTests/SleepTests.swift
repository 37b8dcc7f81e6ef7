import Testing

@testable import EventLoop

@Suite("Sleeping on a loop", .timeLimit(.minutes(10)))
struct SleepTests {
    @Test("ends when the clock says so, and not before")
    func manual() async {
        let clock = ManualLoopClock()
        await withLoop(clock: .manual(clock)) { loop in
            let sleeper = Task(executorPreference: loop) {
                await loop.sleep(forMs: 60_000)
                return clock.nowNs
            }
            let begun = clock.nowNs
            loop.settle()
            clock.advance(byMs: 59_999, waking: loop)
            loop.settle()
            #expect(loop.runAndWait { loop.nowNs } - begun == 59_999_000_000)
            clock.advance(byMs: 1, waking: loop)
            #expect(await sleeper.value - begun == 60_000_000_000)
        }
    }

    @Test("is never shorter than asked for on the machine's clock, even at the end of a long job")
    func atLeast() async throws {
        try await withLoop { loop in
            let sleptNs = try await loop.run {
                let until = loop.readClockNs() + 5_000_000
                while loop.readClockNs() < until {}
                let begun = loop.readClockNs()
                await loop.sleep(forMs: 5)
                return loop.readClockNs() - begun
            }
            #expect(sleptNs >= 5_000_000)
        }
    }

    @Test("ends at once when its task is cancelled, before or after it began")
    func cancelled() async {
        await withLoop(clock: .manual(ManualLoopClock())) { loop in
            let sleeper = Task(executorPreference: loop) { await loop.sleep(forMs: 1_000_000) }
            loop.settle()
            sleeper.cancel()
            await sleeper.value

            let late = Task(executorPreference: loop) {
                withUnsafeCurrentTask { $0?.cancel() }
                await loop.sleep(forMs: 1_000_000)
            }
            await late.value
        }
    }

    @Test("for longer than a clock can count lasts until it is cancelled", arguments: [UInt64.max, 1 << 54])
    func endless(ms: UInt64) async {
        let clock = ManualLoopClock()
        await withLoop(clock: .manual(clock)) { loop in
            let sleeper = Task(executorPreference: loop) {
                await loop.sleep(forMs: ms)
                return Task.isCancelled
            }
            loop.settle()
            clock.advance(byMs: 1_000_000_000, waking: loop)
            loop.settle()
            sleeper.cancel()
            #expect(await sleeper.value)
        }
    }

    @Test("a sleeper that is cancelled leaves no timer behind that would wake the loop")
    func cancelledTimers() async {
        let clock = ManualLoopClock()
        await withLoop(clock: .manual(clock)) { loop in
            let sleepers = (1...1_000).map { number in
                Task(executorPreference: loop) { await loop.sleep(forMs: UInt64(number)) }
            }
            loop.settle()
            #expect(loop.runAndWait { loop.armedTimers } == 1_000)
            for sleeper in sleepers { sleeper.cancel() }
            for sleeper in sleepers { await sleeper.value }
            #expect(loop.runAndWait { loop.armedTimers } == 0)
        }
    }

    @Test("a thousand sleepers wake in the order of their deadlines")
    func many() async {
        let clock = ManualLoopClock()
        await withLoop(clock: .manual(clock)) { loop in
            let woken = loop.runAndWait { LoopBound(Woken(), on: loop) }
            let sleepers = (0..<1_000).map { index in
                Task(executorPreference: loop) {
                    await loop.sleep(forMs: UInt64((index * 7_919) % 1_000 + 1))
                    woken.value.deadlines.append((index * 7_919) % 1_000 + 1)
                }
            }
            loop.settle()
            clock.advance(byMs: 2_000, waking: loop)
            for sleeper in sleepers { await sleeper.value }
            #expect(loop.runAndWait { woken.value.deadlines } == Array(1...1_000))
        }
    }

    private final class Woken { var deadlines: [Int] = [] }
}
