import HTTP
import JSON
import Telemetry
import Ticketing

/// The confirm service of one loop: turns a choice of seats into a payment intent, once, whatever is retried.
///
/// Made on its loop, from what the process shares; see `docs/openapi.yaml` for what its routes promise.
package final class ConfirmDesk {
    private let shared: SharedDesk
    private let room: WaitingRoom
    private let metrics: DeskMetrics
    private let guests: GuestRoute
    private let purchases: PurchaseRoute
    private let intents: IntentRoutes

    /// `executor` is the loop.
    package init(
        ports: DeskPorts, shared: SharedDesk, keys: TokenKeys, executor: (any TaskExecutor)?, logger: Logger,
        metrics registry: MetricsRegistry
    ) {
        self.shared = shared
        room = WaitingRoom(clock: ports.clock, executor: executor)
        metrics = DeskMetrics(registry)
        let watch = PortWatch(metrics: metrics, logger: logger)
        let admission = Admission(
            verifier: TokenVerifier(keys: keys), rate: shared.buyerRate, clock: ports.clock)
        let desk = PurchaseDesk(ports: ports, shared: shared, room: room, metrics: metrics, watch: watch)
        guests = GuestRoute(
            signer: TokenSigner(keys: keys, clock: ports.clock), shared: shared, ports: ports,
            metrics: metrics)
        purchases = PurchaseRoute(admission: admission, desk: desk, shared: shared, clock: ports.clock)
        intents = IntentRoutes(
            admission: admission, ports: ports, shared: shared, metrics: metrics, watch: watch)
    }

    /// The handlers have no capture lists: with one, the compiler (6.3.1) lets an async closure leave its
    /// caller's executor, and they have to stay on the loop.
    package func addRoutes(to router: Router) {
        router.on(
            .post, "/confirm/buyer",
            .immediate { request throws(Problem) in
                do throws(Problem) { return try self.guests.answer(request) } catch {
                    throw self.refused(error)
                }
            })
        router.on(
            .post, "/confirm/payment-intent",
            .suspending { request async throws(Problem) in
                do throws(Problem) { return try await self.purchases.answer(request) } catch {
                    throw self.refused(error)
                }
            })
        router.on(
            .get, "/confirm/payment-intent/{intent}",
            .suspending { request async throws(Problem) in
                do throws(Problem) { return try await self.intents.show(request) } catch {
                    throw self.refused(error)
                }
            })
        router.on(
            .post, "/confirm/payment-intent/{intent}/cancel",
            .suspending { request async throws(Problem) in
                do throws(Problem) { return try await self.intents.cancel(request) } catch {
                    throw self.refused(error)
                }
            })
        router.on(.get, "/confirm/health", .immediate { _ throws(Problem) in self.health() })
    }

    private func refused(_ problem: Problem) -> Problem {
        metrics.countRefusal(problem)
        var problem = problem
        problem.headers.append(.noStore)
        return problem
    }

    /// Alive, even when something it depends on is not: to end the process would mend nothing.
    private func health() -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("status", "ok")
            writer.member("service", shared.settings.service)
            writer.object("dependsOn") { writer in
                switch shared.saleCatalogue.isAnswering {
                case true?: writer.member("catalogue", "ok")
                case false?: writer.member("catalogue", "failing")
                case nil: writer.member("catalogue", "not asked yet")
                }
            }
        }
        return .json(.ok, writer.bytes, headers: [.noStore])
    }
}
