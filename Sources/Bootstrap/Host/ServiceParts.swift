import EventLoop

/// What a service is made of once its stores are open; the host runs it.
package struct ServiceParts: Sendable {
    /// Makes the routes of one loop, on that loop.
    package let routes: @Sendable (LoopContext) -> Void
    /// Made on a loop of its own. Nil for a service that only answers.
    package var background: (@Sendable (EventLoop) -> any BackgroundWork)?
    /// What is done on a serving loop before the service says that it is ready; it calls what it is handed when it
    /// is done, well or not.
    package var warmUp: (@Sendable (EventLoop, @escaping @Sendable () -> Void) -> Void)?
    package var dependencies = ServiceDependencies(probes: [])
    /// Says to a person where to go, once everything listens.
    package var announce: @Sendable (ServiceAddresses) -> Void = { _ in }
    /// Gives back what was opened, when nothing uses it any more. It may block.
    package var close: @Sendable () -> Void = {}

    package init(routes: @escaping @Sendable (LoopContext) -> Void) { self.routes = routes }
}

/// Where a service listens, as `127.0.0.1:8080`.
package struct ServiceAddresses: Sendable {
    package let serving: String
    package let admin: String
}
