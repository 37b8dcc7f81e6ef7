import HTTP

/// The health routes that no service library brings itself, and what they tell of the stores.
struct HealthRoute: Sendable {
    let service: String
    let dependencies: ServiceDependencies

    /// Only those paths that have no route yet.
    func add(to router: Router, paths: [String]) {
        let (service, dependencies) = (service, dependencies)
        for path in paths {
            router.on(
                .get, path, .immediate { _ throws(Problem) in AdminRoutes.health(service, dependencies) })
        }
    }
}
