import HTTP

/// Which routes each service has.
enum ServiceRoutes {
    static func add(to context: LoopContext, _ configuration: ServiceConfiguration) {
        let service = configuration.executable.rawValue
        for path in healthPaths(configuration.executable) {
            context.router.on(
                .get, path, .immediate { _ throws(Problem) in AdminRoutes.status("ok", service, .ok) })
        }
    }

    private static func healthPaths(_ executable: Executable) -> [String] {
        switch executable {
        case .publicSite: ["/public/health"]
        case .confirmDesk: ["/confirm/health"]
        case .orderWorker: ["/health"]
        case .allInOne: ["/public/health", "/confirm/health", "/health"]
        case .tool: []
        }
    }
}
