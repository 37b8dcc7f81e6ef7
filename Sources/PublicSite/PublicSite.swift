import HTTP
import Telemetry
import Ticketing

/// The public service on one loop: what is on sale and which seats are free, answered from memory.
///
/// Made on its loop, which alone touches it. Each loop has its own; they share the plans and the shared cache.
package final class PublicSite {
    let table: AnswerTable
    let events: ListedEvents
    let plans: Plans
    let boards: EventShelf<SeatBoard>
    let pages: EventShelf<IntegrityPage>
    let surroundings: Surroundings

    /// `executor` is the loop's own; `workshop` takes the work that is only arithmetic and would hold the loop
    /// up. `shelf` is the process's one.
    package init(
        ports: PublicPorts, executor: any TaskExecutor,
        workshop: any TaskExecutor = globalConcurrentExecutor, settings: PublicSettings = PublicSettings(),
        shelf: PlanShelf = PlanShelf(), logger: Logger, metrics: MetricsRegistry, tracer: Tracer? = nil
    ) {
        let counts = PublicCounts(metrics)
        let surroundings = Surroundings(
            clock: ports.clock, randomness: ports.randomness, executor: executor,
            workshop: Workshop(executor: workshop), settings: settings, counts: counts,
            health: SourceHealth(), logger: logger, tracer: tracer)
        let table = AnswerTable(
            maxSlots: settings.maxAnswers, maxBytes: settings.maxAnswerBytes, seed: ports.randomness.next(),
            counts: counts)
        let fleet = FleetReading(cache: ports.cache, surroundings: surroundings)
        let events = ListedEvents(catalogue: ports.catalogue, fleet: fleet, surroundings: surroundings)
        let plans = Plans(shelf: shelf, catalogue: ports.catalogue, surroundings: surroundings)
        let locks = LockReading(ledger: ports.ledger, surroundings: surroundings)
        boards = EventShelf(limit: settings.maxEvents, table: table) { event in
            SeatBoard(
                event: event, events: events, plans: plans, locks: locks, fleet: fleet,
                surroundings: surroundings)
        }
        pages = EventShelf(limit: settings.maxEvents, table: table) { event in
            IntegrityPage(
                event: event, events: events, plans: plans, locks: locks, ports: ports, fleet: fleet,
                surroundings: surroundings)
        }
        self.surroundings = surroundings
        self.table = table
        self.events = events
        self.plans = plans
    }

    package func addRoutes(to router: Router) {
        let health = surroundings.health
        router.on(
            .get, "/public/health",
            .immediate { _ throws(Problem) in
                .json(
                    .ok, health.body(service: "ticket-public"), headers: [Header("Cache-Control", "no-store")]
                )
            })
        add("/public/events", to: router) { site, _ throws(Problem) in site.eventListSlot() }
        add("/public/events/{event}", to: router) { site, request async throws(Problem) in
            try await site.eventSlot(request)
        }
        add("/public/events/{event}/map/{hash}", to: router) { site, request async throws(Problem) in
            try await site.mapSlot(request)
        }
        add("/public/events/{event}/seats", to: router) { site, request async throws(Problem) in
            try await site.seatListSlot(request)
        }
        add("/public/events/{event}/availability", to: router) { site, request async throws(Problem) in
            try await site.availabilitySlot(request)
        }
        add("/public/events/{event}/integrity", to: router) { site, request async throws(Problem) in
            try await site.integritySlot(request)
        }
    }

    /// A route whose answer mostly stands ready; when it does not, `slot` finds its place.
    private func add(
        _ pattern: String, to router: Router,
        _ slot: @escaping (PublicSite, borrowing Request) async throws(Problem) -> AnswerSlot
    ) {
        let table = table
        let readyAnswers = surroundings.counts.readyAnswers
        router.on(
            .get, pattern,
            .cached(
                { request throws(Problem) in
                    guard let ready = table.readyAnswer(to: request) else { return nil }
                    readyAnswers.add()
                    return Response(ready)
                },
                otherwise: { request async throws(Problem) in
                    Response(try await slot(self, request).madeAnswer(to: request))
                }))
    }

    /// The slot of a target, made when there is none.
    func slot(_ target: String, _ refresher: Refresher, _ recipe: @autoclosure () -> AnswerRecipe)
        -> AnswerSlot
    {
        let key = Array(target.utf8)
        if let slot = table.slot(key) { return slot }
        let slot = AnswerSlot(
            key, refresher: refresher, recipe: recipe(), surroundings: surroundings, table: table)
        table.insert(slot)
        return slot
    }
}
