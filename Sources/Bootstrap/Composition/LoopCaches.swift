import EventLoop
import Redis
import Telemetry
import Ticketing

/// The shared cache as each loop has it: one for the process in memory, one connection a loop to Redis.
struct LoopCaches: Sendable {
    private enum Source: Sendable {
        case memory(any SharedCache)
        case redis(RedisURL, RedisSettings)
    }

    private let source: Source
    private let metrics: MetricsRegistry

    init(
        _ location: AdapterLocation?, authorityFile: String?, memory: any SharedCache,
        metrics: MetricsRegistry
    )
        throws(PortError)
    {
        self.metrics = metrics
        guard let location, location.scheme == .redis else {
            source = .memory(memory)
            return
        }
        var settings = RedisSettings()
        settings.caFile = authorityFile
        do throws(RedisError) {
            let url = try RedisURL(location.target)
            // A loop that makes its cache cannot say that a certificate's file is none.
            try RedisCache.check(url, settings)
            source = .redis(url, settings)
        } catch {
            throw PortError(.rejected, error.description, cause: error)
        }
    }

    /// Called on the loop.
    func make(for loop: EventLoop) -> any SharedCache {
        switch source {
        case .memory(let cache): return cache
        case .redis(let url, let settings):
            do throws(RedisError) {
                return try RedisCache(
                    url: url, settings: settings, loop: loop, randomness: MachineRandomness(),
                    observer: CacheMetrics(metrics).observe)
            } catch {
                preconditionFailure("the settings of the cache were checked: \(error)")
            }
        }
    }
}
