import Ticketing

/// What an error of a port means for the message, and for those behind it.
enum Trouble: Hashable, Sendable {
    /// The other side is in trouble, not the message: its failures do not count.
    case outage(Evidence)
    /// Somebody else wrote at the same time.
    case contention
    /// This one call does not work. Counted: after a few it is dead.
    case ofThisMessage

    /// How much an error says that the other side is down. A circuit opens at `enough` without a success in
    /// between.
    enum Evidence: Int, Hashable, Sendable {
        /// An answer was lost. One payment can do that for reasons of its own; many in a row are an outage.
        case unclear = 1
        case overloaded = 3
        case down = 4

        static let enough = 12
    }

    init(_ error: PortError, at dependency: Dependency) {
        switch (error.code, dependency) {
        case (.unavailable, _): self = .outage(.down)
        case (.throttled, _): self = .outage(.overloaded)
        // The adapters of our own stores have asked again before they give up: that is an outage. A gateway
        // is asked once, and its lost answer may be this payment's own.
        case (.unknownOutcome, .ledger), (.unknownOutcome, .orderBook): self = .outage(.down)
        case (.unknownOutcome, .payments): self = .outage(.unclear)
        case (.conflict, _): self = .contention
        case (.failed, _), (.rejected, _), (.corrupt, _): self = .ofThisMessage
        }
    }
}
