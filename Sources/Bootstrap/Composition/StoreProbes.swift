import Ticketing

/// The questions that tell whether the stores of a service answer: for values that are not there, so they cost
/// little, and put to the same tables as the real ones. A file that several ports share is asked once.
enum StoreProbes {
    private struct Port {
        let name: String
        let location: AdapterLocation
        let ask: @Sendable () async throws(PortError) -> Void
    }

    static func of(_ configuration: ServiceConfiguration, _ stores: Stores) -> [ServiceDependencies.Probe] {
        let used = usedPorts(configuration)
        var probes: [ServiceDependencies.Probe] = []
        var asked: [AdapterLocation: Int] = [:]
        for port in ports(configuration.stores, stores) where used.contains(port.name) {
            if let index = asked[port.location] {
                probes[index].names.append(port.name)
            } else {
                asked[port.location] = probes.count
                probes.append(
                    ServiceDependencies.Probe([port.name]) { () async throws(PortError) in
                        try stores.checkIsInPlace(port.location)
                        try await port.ask()
                    })
            }
        }
        return probes
    }

    private static func usedPorts(_ configuration: ServiceConfiguration) -> Set<String> {
        switch configuration.executable {
        case .publicSite, .confirmDesk, .allInOne: ["ledger", "queue", "orders", "catalogue"]
        case .orderWorker: ["ledger", "queue", "orders"]
        case .tool: []
        }
    }

    private static func ports(_ locations: StoreLocations, _ stores: Stores) -> [Port] {
        [
            Port(name: "ledger", location: locations.ledger) { () async throws(PortError) in
                _ = try await stores.ledger.intent(IntentID(validText: "pi_a"))
            },
            Port(name: "catalogue", location: locations.catalogue) { () async throws(PortError) in
                _ = try await stores.catalogue.event(EventID(validText: "-"))
            },
            Port(name: "orders", location: locations.orders) { () async throws(PortError) in
                _ = try await stores.orders.outcome(of: Attempt(high: 0, low: 0))
            },
            // Last, because it counts the queue: it is asked only when it has a file to itself.
            Port(name: "queue", location: locations.queue) { () async throws(PortError) in
                _ = try await stores.queue.stats()
            },
        ]
    }
}
