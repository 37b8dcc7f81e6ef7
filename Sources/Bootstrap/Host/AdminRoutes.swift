import HTTP
import JSON
import Telemetry

/// What operators and load balancers ask on the private port: metrics, liveness, readiness.
enum AdminRoutes {
    static func add(to router: Router, service: String, metrics: MetricsRegistry, readiness: Readiness) {
        router.on(
            .get, "/metrics",
            .immediate { _ throws(Problem) in
                Response(
                    .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
                    headers: [Header("Cache-Control", "no-store")], body: metrics.render())
            })
        router.on(.get, "/health", .immediate { _ throws(Problem) in status("ok", service, .ok) })
        router.on(
            .get, "/ready",
            .immediate { _ throws(Problem) in
                guard readiness.isReady else {
                    throw .unavailable("This task is starting or draining; send requests to another.")
                }
                return status("ready", service, .ok)
            })
    }

    /// The small body of a health route.
    static func status(_ word: StaticString, _ service: String, _ status: Status) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("status", word)
            writer.member("service", service)
        }
        return .json(status, writer.bytes, headers: [Header("Cache-Control", "no-store")])
    }
}
