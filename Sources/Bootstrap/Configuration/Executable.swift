/// The programs that read settings. They share one list of settings, so that one `env.sh` serves them all.
package enum Executable: String, CaseIterable, Sendable {
    case publicSite = "ticket-public"
    case confirmDesk = "ticket-confirm"
    case orderWorker = "ticket-worker"
    /// All three services in one process.
    case allInOne = "ticket run"
    /// The other commands of `ticket`, which look at the stores and serve nothing.
    case tool = "ticket"

    /// Those that listen and serve.
    package static let services: Set<Executable> = [.publicSite, .confirmDesk, .orderWorker, .allInOne]

    package static let version = "0.1.0"

    /// What the first line of `--help` says.
    var summary: String {
        switch self {
        case .publicSite: "answers what is on sale and which seats are free"
        case .confirmDesk: "turns a choice of seats into a payment intent"
        case .orderWorker: "takes payments, writes orders and settles seats"
        case .allInOne: "runs all three services in one process on an embedded store"
        case .tool: "looks after events, orders, the queue and tokens"
        }
    }
}
