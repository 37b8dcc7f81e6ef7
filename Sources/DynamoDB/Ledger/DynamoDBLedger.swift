import AWSCalls
import Ticketing

/// The seat ledger in one DynamoDB table.
///
/// It holds nothing but the way to the table, and which sections it has seen: any number of processes, loops and tasks
/// may use it. Its calls are made on the loop of whoever asks, when that loop is attached to `calls`.
package struct DynamoDBLedger: SeatLedger {
    /// Every open intent stands in the index under one of so many keys. A key takes 1,000 writes a second, and an intent
    /// is written to the index twice: with 64 of them 32,000 intents can be opened in a second. The number may grow,
    /// never shrink: intents under a key that is no longer read would be forgotten.
    package static let usualOpenShards = 64

    let table: TableCalls
    let shards: Int
    let sections = KnownSections()
    /// Sections' names are spread over so many keys.
    static let sectionShards = 8

    package init(table: String, calls: AWSCalls, openShards: Int = usualOpenShards) {
        precondition(openShards > 0, "the index of open intents needs a key")
        self.table = TableCalls(table: table, calls: calls)
        shards = openShards
    }

    package func intent(_ id: IntentID) async throws(PortError) -> PaymentIntent? {
        guard let item = try await table.get(ItemKey.intent(id), doing: "reading intent \(id)") else {
            return nil
        }
        return try IntentItem.intent(in: item)
    }
}
