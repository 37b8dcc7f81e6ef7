/// What an operator may want to count. Called on the loop; it must not wait.
package enum RedisEvent: Sendable {
    case connected(address: String)
    case disconnected(address: String, RedisError)
    /// From now on calls to this server are refused at once, for so long at least.
    case circuitOpened(address: String, forMs: UInt64)
    case circuitClosed(address: String)
    /// A call was answered `unavailable` or `throttled` without asking the server.
    case refused(RedisError.Code)
    case timedOut(address: String)
    /// A server answered what no server should.
    case badAnswer(address: String, RedisError)
    /// A node of the cluster sent a command on to another.
    case redirected
    case slotsRead(nodes: Int)
}

package typealias RedisObserver = @Sendable (RedisEvent) -> Void
