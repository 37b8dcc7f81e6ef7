import HTTP

/// The public service as the settings want it; its sites are made one a loop.
struct PublicRoutes: Sendable {
    private let stores: Stores

    init(_ configuration: ServiceConfiguration, stores: Stores) {
        self.stores = stores
    }

    /// Called on the loop.
    func add(to context: LoopContext) {}
}
