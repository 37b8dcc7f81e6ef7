import HTTP
import Telemetry
import Ticketing

/// Everything that is kept per event on this loop, bounded, and the answers made from it.
final class EventShelf<Kept: EventKept> {
    private var kept: [EventID: Kept] = [:]
    private let limit: Int
    private let table: AnswerTable
    private let make: (EventID) -> Kept

    init(limit: Int, table: AnswerTable, make: @escaping (EventID) -> Kept) {
        self.limit = limit
        self.table = table
        self.make = make
    }

    subscript(_ event: EventID) -> Kept {
        if let known = kept[event] { return known }
        if kept.count >= limit { dropOldest() }
        let made = make(event)
        kept[event] = made
        return made
    }

    var count: Int { kept.count }

    /// What is asked for is read again all the time, so the oldest reading is what nobody asks for.
    private func dropOldest() {
        let oldest = kept.min {
            ($0.value.refresher.asOf ?? .earliest) < ($1.value.refresher.asOf ?? .earliest)
        }
        guard let oldest else { return }
        kept[oldest.key] = nil
        for slot in oldest.value.refresher.slots { table.remove(slot) }
    }
}

/// What is read for one event.
protocol EventKept: AnyObject {
    var refresher: Refresher { get }
}

extension SeatBoard: EventKept {}
extension IntegrityPage: EventKept {}
