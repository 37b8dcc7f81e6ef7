import EventLoop
import Synchronization
import Testing

@Suite("Waking a loop")
struct WakeUpTests {
    /// Each round finds the loop asleep or about to fall asleep; a wake-up lost once would end in the time limit.
    @Test("no wake-up is lost", .timeLimit(.minutes(10)))
    func stress() async {
        await withLoop { loop in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<5_000 {
                            await withCheckedContinuation { continuation in
                                loop.execute { continuation.resume() }
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("two loops that hand work to and fro never wait for ever", .timeLimit(.minutes(10)))
    func pingPong() async {
        await withLoop { left in
            await withLoop { right in
                await withCheckedContinuation { continuation in
                    bounce(left, right, left: 10_000) { continuation.resume() }
                }
            }
        }
    }

    private func bounce(
        _ here: EventLoop, _ there: EventLoop, left: Int, _ done: @escaping @Sendable () -> Void
    ) {
        here.execute {
            guard left > 0 else { return done() }
            bounce(there, here, left: left - 1, done)
        }
    }

    @Test("a closure sent from the loop itself runs later and not inside the call")
    func notInside() async {
        await withLoop { loop in
            let order = loop.runAndWait {
                let order = Order()
                loop.execute { order.add("later") }
                order.add("first")
                return order
            }
            let names = loop.runAndWait { order.names }
            #expect(names == ["first", "later"])
        }
    }

    private final class Order: Sendable {
        private let stored = Mutex<[String]>([])
        var names: [String] { stored.withLock { $0 } }
        func add(_ name: String) { stored.withLock { $0.append(name) } }
    }
}
