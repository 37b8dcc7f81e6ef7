/// A loop with a thread of its own. It must be ended with `stopAndJoin`.
package struct LoopThread: ~Copyable {
    package let loop: EventLoop
    private let thread: Thread

    package init(name: String, clock: LoopClock = .system, waking: WakingPrecision = .millisecond) {
        let loop = EventLoop(name: name, clock: clock, waking: waking)
        self.loop = loop
        self.thread = Thread(name: name) { loop.run() }
    }

    package consuming func stopAndJoin() {
        loop.stop()
        thread.join()
    }
}
