import EventLoop

/// The loop of the background work, with its thread.
///
/// Where it shares a box with the services that people wait for, they go first: what is behind in the queue is
/// made up for when the rush is over.
final class BackgroundHost {
    let work: LoopBound<any BackgroundWork>
    private let host: LoopHost

    init(making make: @escaping @Sendable (EventLoop) -> any BackgroundWork) {
        host = LoopHost(name: "worker")
        let loop = host.loop
        loop.execute { Thread.giveWay(steps: 5) }
        work = loop.runAndWait { LoopBound(make(loop), on: loop) }
    }

    func stopAndJoin() { host.stopAndJoin() }
}
