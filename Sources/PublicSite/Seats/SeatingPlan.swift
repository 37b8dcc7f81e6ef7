import Synchronization
import Ticketing

/// A map made ready for counting: which seats stand in which section, and which share a section and a price.
/// It never changes, so all loops of a process share one.
final class SeatingPlan: Sendable {
    /// Seats of one section at one price: a row of `counts`.
    struct Group: Hashable, Sendable {
        let section: SectionID
        let priceName: String
    }

    let event: EventID
    let map: SeatMap
    let sections: [SectionID]
    /// In the order of the event's sections, and in each of its prices.
    let groups: [Group]
    let groupOfSeat: [UInt32]
    let seatsOfSection: [SectionID: [UInt32]]
    /// The states of an event nobody has bought anything of: what is blocked, and free seats.
    let untouched: PackedStates
    /// The geometry, made when it is first asked for, once for all loops.
    private let geometry = Mutex<[ContentCoding: [UInt8]]>([:])

    init(_ listing: Listing) {
        let event = listing.event
        let map = listing.map
        self.event = event.id
        self.map = map
        sections = event.sections.map(\.id)
        let present = Set(map.seats.map { Group(section: $0.section, priceName: $0.priceName) })
        let groups = event.sections.flatMap { section in
            event.prices.map { Group(section: section.id, priceName: $0.name) }
        }.filter(present.contains)
        self.groups = groups
        let indexOfGroup = Dictionary(
            groups.enumerated().map { ($1, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
        var untouched = PackedStates(count: map.seats.count)
        var seatsOfSection: [SectionID: [UInt32]] = [:]
        for section in event.sections {
            seatsOfSection[section.id] = []
            seatsOfSection[section.id]?.reserveCapacity(section.seatCount)
        }
        groupOfSeat = map.seats.enumerated().map { index, seat in
            seatsOfSection[seat.section]?.append(UInt32(index))
            if seat.isBlocked { untouched[index] = .blocked }
            return indexOfGroup[Group(section: seat.section, priceName: seat.priceName)] ?? 0
        }
        self.seatsOfSection = seatsOfSection
        self.untouched = untouched
    }

    var seatCount: Int { map.seats.count }

    /// The geometry in a coding; nil when it is better sent as it is. Two loops that ask for the first time at
    /// the same moment both make it, and one of the two is kept.
    func geometry(_ coding: ContentCoding, _ make: @Sendable () -> [UInt8]?) -> [UInt8]? {
        if let made = geometry.withLock({ $0[coding] }) { return made }
        guard let bytes = make() else { return nil }
        geometry.withLock { $0[coding] = bytes }
        return bytes
    }
}
