/// Answers at once, from what the loop has in memory: no task, no suspension. For cached reads and refusals.
package typealias ImmediateHandler = (borrowing Request) throws(Problem) -> Response

/// May wait for a store or a peer; it never leaves the loop that called it.
package typealias SuspendingHandler =
    nonisolated(nonsending) (borrowing Request) async throws(Problem) -> Response

/// Looks whether the answer stands ready in the loop's memory; nil when it has to be made first.
package typealias ReadyHandler = (borrowing Request) throws(Problem) -> Response?

/// The ways to answer. All are written as straight-line code; the first saves a task for what needs none, and
/// the last for what mostly needs none.
package enum Handler {
    case immediate(ImmediateHandler)
    case suspending(SuspendingHandler)
    case cached(ReadyHandler, otherwise: SuspendingHandler)
}
