import Synchronization
import Ticketing

/// What is on sale, for all loops of a process: about a second old, and for a moment older while the source is
/// slow or down.
final class SaleCatalogue: Sendable {
    /// Events whose seats are kept at one time; the others are read again when somebody buys.
    private static let maxSheets = 256

    private let catalogue: any Catalogue
    private let ages: FreshValue<[EventID: Event]>.Ages
    private let events: FreshValue<[EventID: Event]>
    private let sheets = Mutex<[EventID: FreshValue<SaleSheet?>]>([:])

    init(_ catalogue: any Catalogue, freshMs: Int64 = 1_000, staleMs: Int64 = 10_000) {
        self.catalogue = catalogue
        ages = .init(freshMs: freshMs, staleMs: staleMs)
        events = FreshValue(ages: ages)
    }

    /// Nil when there is no such event: that is known without asking for it, so guessing ids costs nothing.
    func sheet(
        of id: EventID, in room: WaitingRoom, until deadline: Timestamp
    ) async throws(PortError) -> SaleSheet? {
        guard let event = try await events(in: room, until: deadline)[id] else { return nil }
        return try await slot(of: id).value(in: room, until: deadline) {
            last async throws(PortError) in
            // The seats, many and never changed in place, are read only when the event has changed: its map's
            // hash is part of it.
            if let last, let sheet = last, sheet.event == event { return sheet }
            guard let listing = try await self.catalogue.listing(id) else { return nil }
            return await SaleSheet.made(from: listing)
        }
    }

    /// Reads what is on sale, and then what will be soonest, so that the first buyers do not wait for it.
    func warmUp(in room: WaitingRoom, until deadline: Timestamp) async throws(PortError) {
        let now = room.clock.now()
        let events = try await events(in: room, until: deadline).values
            .filter { now < $0.saleWindow.closesAt }
            .sorted { $0.saleWindow.opensAt < $1.saleWindow.opensAt }
        for event in events.prefix(Self.maxSheets) {
            guard room.clock.now() < deadline else { return }
            _ = try await sheet(of: event.id, in: room, until: deadline)
        }
    }

    var isAnswering: Bool? { events.isAnswering }

    private func events(
        in room: WaitingRoom, until deadline: Timestamp
    ) async throws(PortError) -> [EventID: Event] {
        try await events.value(in: room, until: deadline) { _ async throws(PortError) in
            Dictionary(
                try await self.catalogue.events().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }
            )
        }
    }

    private func slot(of id: EventID) -> FreshValue<SaleSheet?> {
        sheets.withLock { sheets in
            if let slot = sheets[id] { return slot }
            if sheets.count >= Self.maxSheets, let other = sheets.keys.first { sheets[other] = nil }
            let slot = FreshValue<SaleSheet?>(
                ages: .init(freshMs: ages.freshMs, staleMs: ages.staleMs, retryMs: ages.retryMs))
            sheets[id] = slot
            return slot
        }
    }
}
