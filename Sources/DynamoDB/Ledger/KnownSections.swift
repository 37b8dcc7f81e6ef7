import Synchronization
import Ticketing

/// The sections whose names this process has seen in the table, so that each is written once.
final class KnownSections: Sendable {
    private struct Place: Hashable {
        let event: EventID
        let section: SectionID
    }

    /// More than all sections of a hundred large houses.
    private static let maxPlaces = 200_000

    private let places = Mutex<Set<Place>>([])

    func unknown(among seats: [ChosenSeat], of event: EventID) -> [SectionID] {
        places.withLock { places in
            var unknown: [SectionID] = []
            for seat in seats
            where !places.contains(Place(event: event, section: seat.section))
                && !unknown.contains(seat.section)
            {
                unknown.append(seat.section)
            }
            return unknown
        }
    }

    func note(_ section: SectionID, of event: EventID) {
        places.withLock { places in
            if places.count >= Self.maxPlaces { places = [] }
            places.insert(Place(event: event, section: section))
        }
    }
}
