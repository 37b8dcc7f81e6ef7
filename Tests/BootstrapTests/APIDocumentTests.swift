import EventLoop
import HTTP
import Telemetry
import Testing
import TicketingTesting

@testable import Bootstrap

/// That a field stands in the document is found by the proofs: schemathesis asks the running services, and every answer
/// that a proof gets, each kind of refusal among them, is held against the document.
@Suite("The API document and the routes")
struct APIDocumentTests {
    private let data = ScratchDirectory()

    /// What a service answers on the port that it serves on, put together as its executable does.
    private func routes(of executable: Executable) throws -> Set<Route> {
        let request = try CommandLineRequest.read(
            executable, arguments: ["--data", data.path], environment: [:], cores: 1)
        guard case .run(let configuration) = request else { return [] }
        let (logger, metrics) = (
            Logger(service: "test", level: .error, sink: CapturingLogSink()), MetricsRegistry()
        )
        let parts = try Assembly(
            configuration: configuration, logger: logger, metrics: metrics, tracer: nil
        ).parts()
        defer { parts.close() }
        let background = parts.background.map { BackgroundHost(making: $0) }
        let host = LoopHost(name: "loop-0")
        defer {
            host.stopAndJoin()
            background?.stopAndJoin()
        }
        let loop = host.loop
        return loop.runAndWait {
            let router = Router(metrics: metrics)
            parts.routes(
                LoopContext(index: 0, loop: loop, router: router, metrics: metrics, logger: logger))
            return Set(router.routes)
        }
    }

    private var adminRoutes: Set<Route> {
        let router = Router(metrics: MetricsRegistry())
        AdminRoutes.add(
            to: router, service: "ticket-public", metrics: MetricsRegistry(), readiness: Readiness(),
            dependencies: ServiceDependencies(probes: []))
        return Set(router.routes)
    }

    private func described(under prefix: String) throws -> Set<Route> {
        try APIDocument(ProjectFile.text("docs/openapi.yaml")).routes.filter {
            $0.pattern.hasPrefix(prefix)
        }
    }

    @Test("every route that is served is described, and no other")
    func allInOne() throws {
        let served = try routes(of: .allInOne).union(adminRoutes)
        let described = try described(under: "/")
        #expect(served.subtracting(described).sorted() == [], "served and not in docs/openapi.yaml")
        #expect(described.subtracting(served).sorted() == [], "in docs/openapi.yaml and not served")
    }

    @Test("each service alone serves its part of the document")
    func alone() throws {
        #expect(try routes(of: .publicSite) == described(under: "/public/"))
        #expect(try routes(of: .confirmDesk) == described(under: "/confirm/"))
        #expect(try routes(of: .orderWorker) == described(under: "/health"))
    }

    @Test("paths and methods of a document are found, and its other keys are not taken for them")
    func reading() {
        let document = APIDocument(
            """
            info:
              /not/a/path:
                get:
            paths:
              /a:
                parameters:
                get:
                  responses:
                # post:
                head:
              /a/{b}:
                post:
            components:
              schemas:
                get:
            """)
        #expect(document.routes.sorted().map(\.description) == ["GET /a", "HEAD /a", "POST /a/{b}"])
    }
}
