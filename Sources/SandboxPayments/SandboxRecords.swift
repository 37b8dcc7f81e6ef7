import Ticketing

/// Where the sandbox keeps its books: one small record for each attempt, changed one after the other and
/// durable when `change` returns.
///
/// Whoever builds the gateway hands it the store. Processes that share the records share the gateway.
package protocol SandboxRecords: Sendable {
    /// The change may run more than once, each time on the record as it was before; the last run counts.
    func change<Answer: Sendable>(
        _ attempt: Attempt, _ change: @escaping @Sendable (inout [UInt8]?) -> Answer
    ) async throws(PortError) -> Answer

    func record(_ attempt: Attempt) async throws(PortError) -> [UInt8]?

    /// By attempt, only those after `attempt`, at most `limit`.
    func records(
        after attempt: Attempt?, limit: Int
    ) async throws(PortError) -> [(attempt: Attempt, record: [UInt8])]
}
