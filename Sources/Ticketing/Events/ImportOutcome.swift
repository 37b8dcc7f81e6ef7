/// What became of an import.
package enum ImportOutcome: Hashable, Sendable {
    case added
    case updated
    /// The very same listing was there already. Nothing was written.
    case unchanged
    /// The map is another one, and so many seats of the old one are held, being sold or sold. Nothing was
    /// written.
    case refusedMapInUse(lockedSeats: Int)
}
