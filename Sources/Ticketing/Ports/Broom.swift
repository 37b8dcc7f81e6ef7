/// Takes out of a store what nobody needs any more. A store that forgets by itself needs none.
package protocol Broom: Sendable {
    /// Removes at most `limit` intents that ended without an order before the moment, and what was kept for them
    /// alone: the inbox's decision, failures, the count of redrives, a letter. Gives how many; fewer than `limit`
    /// when there are no more.
    ///
    /// Open and confirmed intents stay, whatever their age. The intent itself goes last: after a crash in between it
    /// is found again. Its id is the idempotency record, so from then on the same key opens a new intent.
    func sweep(endedBefore moment: Timestamp, limit: Int) async throws(PortError) -> Int
}
