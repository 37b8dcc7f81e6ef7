import EventLoop

/// The loop of the background work, with its thread.
final class BackgroundHost {
    let work: LoopBound<any BackgroundWork>
    private let host: LoopHost

    init(making make: @escaping @Sendable (EventLoop) -> any BackgroundWork) {
        host = LoopHost(name: "worker")
        let loop = host.loop
        work = loop.runAndWait { LoopBound(make(loop), on: loop) }
    }

    func stopAndJoin() { host.stopAndJoin() }
}
