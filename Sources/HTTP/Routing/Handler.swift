/// Answers at once, from what the loop has in memory: no task, no suspension. For cached reads and refusals.
package typealias ImmediateHandler = (borrowing Request) throws(Problem) -> Response

/// May wait for a store or a peer; it never leaves the loop that called it.
package typealias SuspendingHandler =
    nonisolated(nonsending) (borrowing Request) async throws(Problem) -> Response

/// The two ways to answer. Both are written as straight-line code; the first saves a task for what needs none.
package enum Handler {
    case immediate(ImmediateHandler)
    case suspending(SuspendingHandler)
}
