import Telemetry
import Ticketing

/// What calls are handed from outside: the time, chance, and where to count.
package struct CallSurroundings: Sendable {
    /// Only asked for the time: waiting is the loops' own.
    package let clock: any WallClock
    package let randomness: any Randomness
    package let metrics: MetricsRegistry

    package init(clock: any WallClock, randomness: any Randomness, metrics: MetricsRegistry) {
        self.clock = clock
        self.randomness = randomness
        self.metrics = metrics
    }
}
