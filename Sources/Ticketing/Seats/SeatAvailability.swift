/// What the public may know of a seat. The raw value is its two bits in the packed states.
package enum SeatAvailability: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case free = 0
    /// Held or being paid for; who is outside cannot tell the two apart.
    case held = 1
    case sold = 2
    case blocked = 3

    package var description: String {
        switch self {
        case .free: "free"
        case .held: "held"
        case .sold: "sold"
        case .blocked: "blocked"
        }
    }
}
