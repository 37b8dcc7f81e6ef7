/// How many connections, how much at once, and how long for what.
package struct PoolSettings: Sendable {
    /// More of them share the server's commits; each costs the server a process.
    package var maxConnections = 8
    /// Transactions that one connection has under way: the next leaves without waiting for the last one's answer.
    package var maxInFlight = 16
    package var maxWaiting = 1_024
    package var connectMs: UInt64 = 5_000
    /// How long a transaction may wait for a connection.
    package var waitMs: UInt64 = 5_000
    /// What the server gives a statement. The client waits a little longer, so that the server's own word comes
    /// first: it is certain, and a closed connection is not.
    package var statementMs: UInt64 = 10_000
    package var answerGraceMs: UInt64 = 2_000
    /// How long a connection is kept that nobody needs. The last one goes too.
    package var idleMs: UInt64 = 60_000
    package var maxAnswerBytes = 512 << 20

    package init() {}
}
