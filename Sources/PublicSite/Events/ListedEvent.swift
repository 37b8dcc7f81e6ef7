import Ticketing

/// What the site shows of an event, and which map it has now.
struct ListedEvent: Equatable, Sendable {
    let id: EventID
    let mapHash: ContentHash
    /// As it stands in the list and by itself.
    let json: [UInt8]
}
