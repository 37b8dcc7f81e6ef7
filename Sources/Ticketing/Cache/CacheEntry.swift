/// A shared answer, with when it was true and which of two is later.
package struct CacheEntry: Hashable, Sendable {
    package let bytes: [UInt8]
    /// Grows with every change of what is cached.
    package let version: UInt64
    /// When the source was read.
    package let madeAt: Timestamp

    package init(bytes: [UInt8], version: UInt64, madeAt: Timestamp) {
        self.bytes = bytes
        self.version = version
        self.madeAt = madeAt
    }

    /// A refresher that was slow must not put old news over new ones.
    package func supersedes(_ other: CacheEntry) -> Bool {
        (version, madeAt) > (other.version, other.madeAt)
    }
}
