import ConfirmDesk
import EventLoop
import HTTP
import Telemetry
import Ticketing

/// Puts a service together: opens its stores and keys, and joins them with the libraries that serve.
struct Assembly {
    let configuration: ServiceConfiguration
    let logger: Logger
    let metrics: MetricsRegistry
    /// Nil where nothing is traced.
    let tracer: Tracer?

    func parts() throws(StartFailure) -> ServiceParts {
        let stores: Stores
        do throws(PortError) {
            let opened = try Stores(configuration.stores, metrics: metrics)
            stores = tracer == nil ? opened : opened.traced()
        } catch {
            throw StartFailure(error)
        }
        do throws(StartFailure) {
            return try parts(stores)
        } catch {
            stores.close()
            throw error
        }
    }

    private var answersBuyers: Bool { [.confirmDesk, .allInOne].contains(configuration.executable) }
    private var showsWhatIsOnSale: Bool { [.publicSite, .allInOne].contains(configuration.executable) }

    private func parts(_ stores: Stores) throws(StartFailure) -> ServiceParts {
        let dependencies = ServiceDependencies(probes: StoreProbes.of(configuration, stores))
        let publicRoutes =
            showsWhatIsOnSale ? PublicRoutes(configuration, stores: stores, tracer: tracer) : nil
        let keys = answersBuyers ? try buyerKeys() : nil
        let confirmRoutes = keys.map { ConfirmRoutes(configuration, stores: stores, keys: $0) }
        let worker = configuration.runsWorker ? try worker(stores) : nil
        let service = configuration.executable
        var parts = ServiceParts { context in
            stores.attach(context.loop)
            publicRoutes?.add(to: context)
            confirmRoutes?.add(to: context)
            if let worker {
                worker.addRoutes(to: context)
            } else if service == .allInOne {
                // The worker's place is answered for, whether it runs or not.
                context.router.on(
                    .get, "/health",
                    .immediate { _ throws(Problem) in AdminRoutes.health(service.rawValue, dependencies) })
            }
        }
        if let worker { parts.background = { worker.make(on: $0) } }
        if let confirmRoutes { parts.warmUp = { confirmRoutes.warmUp(on: $0, $1) } }
        parts.dependencies = dependencies
        parts.close = { stores.close() }
        if configuration.executable == .allInOne {
            let welcome = try welcome(stores, keys)
            parts.announce = { ProcessOutput().write(welcome.words($0), to: .standardOutput) }
        }
        return parts
    }

    private func buyerKeys() throws(StartFailure) -> TokenKeys {
        try BuyerKeys.open(
            configuration.buyers?.tokenKeys ?? [], dataDirectory: configuration.dataDirectory)
    }

    /// What has to be done before the first buyer comes.
    private func welcome(_ stores: Stores, _ keys: TokenKeys?) throws(StartFailure) -> Welcome {
        let configuration = configuration
        do throws(PortError) {
            return try ShortLoop.run { loop async throws(PortError) in
                let clock = LoopWallClock(loop: loop)
                if configuration.makesDemoEvent {
                    try await DemoImport.run(into: stores.catalogue, now: clock.now())
                }
                return try await Welcome(configuration, stores: stores, keys: keys, clock: clock)
            }
        } catch {
            throw StartFailure(error)
        }
    }

    private func worker(_ stores: Stores) throws(StartFailure) -> WorkerPart {
        WorkerPart(
            stores: stores,
            ticketKeySeed: try TicketKeySeed.open(
                configuration.ticketKey, dataDirectory: configuration.dataDirectory),
            logger: logger, metrics: metrics, tracer: tracer,
            integritySeconds: configuration.integritySeconds,
            isEmbedded: configuration.stores.areEmbedded
        )
    }
}
