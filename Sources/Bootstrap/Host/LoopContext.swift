import EventLoop
import HTTP
import Telemetry

/// What the routes of one loop are made from. They are made on the loop, so they may hold what belongs to it.
package struct LoopContext {
    package let index: Int
    package let loop: EventLoop
    package let router: Router
    package let metrics: MetricsRegistry
    package let logger: Logger
}
