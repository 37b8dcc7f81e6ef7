import HTTP
import JSON
import Telemetry

/// What operators and load balancers ask on the private port: metrics, liveness, readiness.
enum AdminRoutes {
    static func add(
        to router: Router, service: String, metrics: MetricsRegistry, readiness: Readiness,
        dependencies: ServiceDependencies
    ) {
        router.on(
            .get, "/metrics",
            .immediate { _ throws(Problem) in
                Response(
                    .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
                    headers: [Header("Cache-Control", "no-store")], body: metrics.render())
            })
        router.on(.get, "/health", .immediate { _ throws(Problem) in health(service, dependencies) })
        router.on(
            .get, "/ready",
            .immediate { _ throws(Problem) in
                guard readiness.isReady else {
                    throw .unavailable("This task is starting or draining; send requests to another.")
                }
                guard dependencies.areUsable else {
                    throw .unavailable("A store of this task cannot be used; send requests to another.")
                }
                return answer { writer in
                    writer.member("status", "ready")
                    writer.member("service", service)
                }
            })
    }

    /// 200 as long as the process lives: to start it again would not bring a store back. How the stores are stands
    /// in the body.
    static func health(_ service: String, _ dependencies: ServiceDependencies) -> Response {
        answer { writer in
            writer.member("status", "ok")
            writer.member("service", service)
            dependencies.write(to: &writer)
        }
    }

    private static func answer(_ members: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter()
        writer.object(members)
        return .json(.ok, writer.bytes, headers: [Header("Cache-Control", "no-store")])
    }
}
