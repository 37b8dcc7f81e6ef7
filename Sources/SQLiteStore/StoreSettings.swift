/// What may be turned on a store. The defaults are for one box with two cores and a disk that syncs in well
/// under a millisecond.
package struct StoreSettings: Sendable {
    /// How long a request may wait for the writer, or the writer for another process.
    package var busyTimeoutMs = 5_000
    /// Requests waiting for the writer, and reads waiting for a reader. Past it the caller is throttled at
    /// once: the wait would be longer than anybody's deadline.
    package var maxQueuedRequests = 8_192
    /// A group is committed when it has so many requests or has run so long: what the first of a group waits
    /// for the last.
    package var maxGroupRequests = 256
    package var maxGroupMicroseconds = 2_000
    /// Under load the writer lets requests gather so long before it starts a group. Every commit writes the
    /// pages all requests share and syncs once, so fewer and larger groups cost less.
    package var gatherMicroseconds = 500
    package var readerCount = 2
    /// Received and not brought to an end so often, a message is dead.
    package var maxReceiveCount = 20
    package var writerCacheKiB = 131_072
    package var readerCacheKiB = 16_384
    /// Only for a new file.
    package var pageBytes = 4_096
    /// The checkpoint thread copies the log into the file in portions of so many pages.
    package var checkpointPages = 4_096
    /// A log of so many pages (256 MB) is ended and begun anew. Each time the writer stands still for some 10 ms,
    /// whatever the length: at 8,192 pages that was one purchase in 25 of a busy sale.
    package var maxLogPages = 65_536

    package init() {}
}
