import Ticketing

/// Why the work on a message does not go on now.
enum Setback: Error, Equatable {
    /// The receipt is stale: whoever has the message now goes on with it.
    case lost
    /// Not started, and the worker stops.
    case release
    /// Nothing is wrong with the message: it comes again.
    case putOff(ms: Int)
    /// Counts against the message.
    case failed(FailureKind, reason: String)
}

/// What becomes of a message in hand.
enum Disposition: Equatable {
    /// Everything it asks for is durable. `forgetsFailures` when earlier ones no longer matter.
    case delete(forgetsFailures: Bool)
    case giveBack(afterMs: Int)
    case drop
}
