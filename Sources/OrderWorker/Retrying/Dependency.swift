import Ticketing

/// What the work needs from outside. While one of these is down, receiving stops.
package enum Dependency: String, Hashable, Sendable, CaseIterable {
    case ledger
    case orderBook = "order-book"
    case payments

    /// How a failure of one message at this place is counted.
    var failureKind: FailureKind {
        switch self {
        case .ledger: .ledger
        case .orderBook: .orderBook
        case .payments: .payment
        }
    }
}
