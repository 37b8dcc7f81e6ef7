/// The services that are scaled, each for itself.
package enum ScaledService: String, CaseIterable, Sendable {
    case publicSite = "public"
    case confirmDesk = "confirm"
    case orderWorker = "worker"

    /// How it is called in names of template parameters and resources.
    var templateName: String {
        switch self {
        case .publicSite: "Public"
        case .confirmDesk: "Confirm"
        case .orderWorker: "Worker"
        }
    }

    /// Whether a load balancer sends it requests.
    var isBehindBalancer: Bool { self != .orderWorker }
}
