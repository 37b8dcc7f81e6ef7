import HTTP
import JSON
import Ticketing

/// `GET /health` of the worker: 200 as long as it lives. Whether it gets anywhere stands in the body: a
/// restart does not bring back a gateway.
package enum WorkerHealthRoute {
    package static func add(to router: Router, status: WorkerStatus) {
        router.on(
            .get, "/health",
            .immediate { _ throws(Problem) in
                .json(.ok, body(status.snapshot), headers: [Header("Cache-Control", "no-store")])
            })
    }

    static func body(_ snapshot: WorkerStatus.Snapshot) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("status", word(snapshot))
            writer.member("service", "ticket-worker")
            writer.member("phase", snapshot.phase.rawValue)
            if let lagMs = snapshot.lagMs { writer.member("lagMs", lagMs) } else { writer.null("lagMs") }
            writer.member("inHand", snapshot.inHand)
            writer.member("settled", snapshot.settled)
            writer.member("settledPerSecond", snapshot.settledPerSecond)
            writer.member("failedReceives", snapshot.failedReceives)
            writer.object("failures") { writer in
                for (kind, count) in snapshot.failures.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    writer.name(kind.rawValue)
                    writer.element(count)
                }
            }
            writer.object("circuits") { writer in
                for dependency in Dependency.allCases {
                    writer.name(dependency.rawValue)
                    writer.element((snapshot.circuits[dependency] ?? .closed).rawValue)
                }
            }
        }
        return writer.bytes
    }

    private static func word(_ snapshot: WorkerStatus.Snapshot) -> StaticString {
        switch snapshot.phase {
        case .draining, .stopped: "stopping"
        case .starting, .receiving, .paused:
            snapshot.failedReceives == 0 && snapshot.circuits.values.allSatisfy { $0 == .closed }
                ? "ok" : "degraded"
        }
    }
}
