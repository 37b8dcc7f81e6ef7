import JSON
import Telemetry
import Ticketing

/// Counts the seats of every event against its orders, again and again, so that an alarm rings when a guarantee is
/// broken and not when a buyer writes.
final class IntegrityWatch: Sendable {
    private let stores: Stores
    private let clock: any WallClock
    private let intervalSeconds: Int
    private let logger: Logger
    private let faults: Gauge
    private let passes: Counter

    init(
        stores: Stores, clock: any WallClock, intervalSeconds: Int, logger: Logger, metrics: MetricsRegistry
    ) {
        self.stores = stores
        self.clock = clock
        self.intervalSeconds = intervalSeconds
        self.logger = logger
        faults = metrics.gauge(
            "ticket_integrity_faults",
            help: "Seats that are not as they should be, over all events. Must be 0.")
        passes = metrics.counter("ticket_integrity_passes_total", help: "Counts that came to their end.")
    }

    func runUntilCancelled() async {
        while !Task.isCancelled {
            guard (try? await clock.sleep(ms: intervalSeconds * 1_000)) != nil else { return }
            await pass()
        }
    }

    /// What cannot be counted changes nothing: that a store is down has alarms of its own.
    func pass() async {
        do throws(PortError) {
            var sum = 0
            for event in try await stores.catalogue.events() {
                guard let listing = try await stores.catalogue.listing(event.id) else { continue }
                let count = try await IntegrityCount.takeSettled(of: listing, from: stores, clock)
                sum += count.faultCount
                guard !count.faults.isEmpty else { continue }
                logger.error("ALARM: the seats and orders of an event do not add up") { line in
                    line.member("event", event.id.text)
                    line.member("faults", count.faults.joined(separator: "; "))
                }
            }
            faults.set(Int64(sum))
            passes.add()
        } catch {
            logger.warning("the seats could not be counted") { $0.member("reason", error.description) }
        }
    }
}
