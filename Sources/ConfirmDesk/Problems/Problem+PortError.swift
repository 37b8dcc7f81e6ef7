import HTTP
import Ticketing

extension Problem {
    /// What a client hears when something behind the desk fails. None of these says that nothing was done:
    /// for a client an effect that did not happen and one that is not known are the same, a reason to retry
    /// with the same key.
    init(_ error: PortError) {
        switch error.code {
        case .throttled, .conflict: self = .overloaded
        case .unavailable, .failed:
            self = .unavailable("Something this depends on is down; retry with the same Idempotency-Key.")
        case .unknownOutcome:
            self = .unavailable(
                "Whether this took effect is not known yet; retry with the same Idempotency-Key to learn it.")
        case .rejected, .corrupt: self = .internal()
        }
    }

    /// The intent stands, its message does not: nobody works on it before the same key comes again, or the
    /// reconciler finds it.
    static let notQueued = Problem.unavailable(
        "The purchase could not be queued; retry with the same Idempotency-Key to go on with it.")

    static let waitedTooLong = Problem(
        "overloaded", .unavailable, title: "Too many want the same seats",
        detail: "Retry after the time given, with the same Idempotency-Key.",
        headers: [Header("Retry-After", "1")])
}
