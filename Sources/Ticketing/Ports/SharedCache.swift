/// What the processes of the fleet tell each other so that not each of them asks the source. Nothing in it
/// is needed to be right: it may forget everything at any moment.
package protocol SharedCache: Sendable {
    /// Nil when there is none or its time to live has passed.
    func entry(_ key: String) async throws(PortError) -> CacheEntry?

    /// Precondition: no entry, or one that this supersedes. False when it was not stored.
    func store(_ entry: CacheEntry, under key: String, ttlMs: Int) async throws(PortError) -> Bool

    /// Nil when another process is refreshing the key. A lease ends by itself after `leaseMs`, so a crash
    /// delays the others no longer than that; a holder that needs longer extends it.
    func beginRefresh(of key: String, leaseMs: Int) async throws(PortError) -> RefreshLease?

    /// Lets the lease run for `leaseMs` from now. False when it was lost meanwhile, which changes nothing for whoever
    /// holds the key's next one.
    func extendRefresh(_ lease: RefreshLease, leaseMs: Int) async throws(PortError) -> Bool

    /// Precondition: the lease is still held; one that was lost meanwhile is passed over.
    func endRefresh(_ lease: RefreshLease) async throws(PortError)
}
