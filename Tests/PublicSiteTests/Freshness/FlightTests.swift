import EventLoop
import Testing

@testable import PublicSite

@Suite("A flight")
struct FlightTests {
    private final class Count { var value = 0 }

    @Test("wakes whoever joins it, also in the turn in which it ends")
    func joins() async {
        let thread = LoopThread(name: "flight")
        let loop = thread.loop
        let left = await Task(executorPreference: loop) {
            let flight = LoopConfined(Flight())
            let woken = LoopConfined(Count())
            for turns in 0..<8 {
                flight.value.begin()
                _ = Task(executorPreference: loop) {
                    await flight.value.join()
                    woken.value.value += 1
                }
                for _ in 0..<turns { await Task.yield() }
                flight.value.end()
                for _ in 0..<100 where woken.value.value <= turns { await Task.yield() }
                // Said and not waited for: whoever was left behind would hold the whole run.
                guard woken.value.value == turns + 1 else { return turns }
            }
            return -1
        }.value
        thread.stopAndJoin()
        #expect(left == -1, "left behind after \(left) turns")
    }

    @Test("that is not under way is over at once for whoever joins it")
    func nothingToJoin() async {
        let flight = Flight()
        await flight.join()
        #expect(flight.waiterCount == 0)
    }
}
