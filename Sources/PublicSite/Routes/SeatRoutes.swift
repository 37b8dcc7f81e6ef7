import HTTP
import Ticketing

/// Which seats are free, in bits and in words, and whether it all adds up.
extension PublicSite {
    func availabilitySlot(_ request: borrowing Request) async throws(Problem) -> AnswerSlot {
        let since = try TargetQuery.value("since", in: request)
        let wantsRuns = try Self.wantsRuns(request)
        let event = try await listedEvent(request).id
        let board = boards[event]
        let snapshot = try await currentSnapshot(board)
        // Only a version that is known gets an answer of its own; who sends anything else is told everything,
        // and takes no place.
        guard let since, snapshot.knows(since) else {
            return slot(
                "/public/events/\(event)/availability", board.refresher,
                seatRecipe(board) { AvailabilityJSON.full($0) })
        }
        return slot(
            "/public/events/\(event)/availability?since=\(since)\(wantsRuns ? "&form=runs" : "")",
            board.refresher,
            seatRecipe(board) { snapshot in
                guard let changes = snapshot.changes(since: since) else {
                    return AvailabilityJSON.full(snapshot)
                }
                return wantsRuns
                    ? AvailabilityJSON.runs(snapshot, since: since, changes)
                    : AvailabilityJSON.changes(snapshot, since: since, changes)
            })
    }

    private static func wantsRuns(_ request: borrowing Request) throws(Problem) -> Bool {
        switch try TargetQuery.value("form", in: request) {
        case nil: return false
        case "runs": return true
        default: throw .invalidRequest("The parameter `form` may only be `runs`; leave it out for pairs.")
        }
    }

    func seatListSlot(_ request: borrowing Request) async throws(Problem) -> AnswerSlot {
        let sectionText = try TargetQuery.value("section", in: request)
        let event = try await listedEvent(request).id
        let board = boards[event]
        let plan = try await currentSnapshot(board).plan
        guard let sectionText else {
            let limit = surroundings.settings.maxSeatsInOneList
            guard plan.seatCount <= limit else {
                throw .invalidRequest(
                    "This event has \(plan.seatCount) seats; over \(limit) name one of its sections, `?section=`."
                )
            }
            return slot(
                "/public/events/\(event)/seats", board.refresher,
                seatRecipe(board) { SeatListJSON.body($0, section: nil) })
        }
        guard let section = try? SectionID(sectionText), plan.seatsOfSection[section] != nil else {
            throw .invalidRequest("The event has no such section; take one from /public/events/\(event).")
        }
        return slot(
            "/public/events/\(event)/seats?section=\(section)", board.refresher,
            seatRecipe(board) { SeatListJSON.body($0, section: section) })
    }

    func integritySlot(_ request: borrowing Request) async throws(Problem) -> AnswerSlot {
        let event = try await listedEvent(request).id
        let page = pages[event]
        let shown = ShownPage(page)
        return slot(
            "/public/events/\(event)/integrity", page.refresher,
            recipe { () async throws(Problem) in
                guard let page = shown.page else { throw .sourceUnavailable }
                return page.json
            })
    }

    private func currentSnapshot(_ board: SeatBoard) async throws(Problem) -> SeatSnapshot {
        do throws(PortError) {
            try await board.refresher.settle()
        } catch {
            throw .sourceUnavailable
        }
        guard let snapshot = board.snapshot else { throw .sourceUnavailable }
        return snapshot
    }

    /// A recipe for a body made from the board's snapshot.
    ///
    /// The closure has no capture list: with one it is `@concurrent` (Swift 6.3.1) and stays on the loop only where
    /// the caller's task prefers the loop, at the price of two turns through its queue. The board is held weakly by
    /// what the closure holds, since the board holds its answers and they their recipes.
    func seatRecipe(
        _ board: SeatBoard, _ body: @escaping @Sendable (SeatSnapshot) -> [UInt8]
    ) -> AnswerRecipe {
        let workshop = surroundings.workshop
        let shown = ShownBoard(board)
        return recipe { () async throws(Problem) in
            guard let snapshot = shown.board?.snapshot else { throw .sourceUnavailable }
            return await workshop.run(isSmall: snapshot.states.count < Workshop.smallestSeatCount) {
                body(snapshot)
            }
        }
    }
}

/// A board that may go before the answers made from it.
private final class ShownBoard {
    private(set) weak var board: SeatBoard?

    init(_ board: SeatBoard) { self.board = board }
}

/// The same for the count of an event.
private final class ShownPage {
    private(set) weak var page: IntegrityPage?

    init(_ page: IntegrityPage) { self.page = page }
}
