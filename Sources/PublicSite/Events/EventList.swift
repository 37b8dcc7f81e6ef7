import JSON
import Ticketing

/// All events of one reading of the catalogue.
struct EventList: Sendable {
    let events: [ListedEvent]
    /// What the shared cache holds; equal bytes are an equal list.
    let bytes: [UInt8]
    private let indexByID: [EventID: Int]

    private static let format: UInt32 = 1

    init(_ events: [Event]) { self.init(listed: events.map { ListedEvent($0) }, bytes: nil) }

    /// Nil when the bytes are not those of a list.
    init?(bytes: [UInt8]) {
        var reader = FieldReader(bytes)
        guard reader.number() == Self.format, let count = reader.number() else { return nil }
        var events: [ListedEvent] = []
        for _ in 0..<count {
            guard let id = reader.text(), let hash = reader.text(), let json = reader.field(),
                let id = try? EventID(id), let hash = try? ContentHash(hash)
            else { return nil }
            events.append(ListedEvent(id: id, mapHash: hash, json: json))
        }
        guard reader.isAtEnd else { return nil }
        self.init(listed: events, bytes: bytes)
    }

    private init(listed events: [ListedEvent], bytes: [UInt8]?) {
        self.events = events
        self.bytes = bytes ?? Self.written(events)
        indexByID = Dictionary(
            events.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(_ id: EventID) -> ListedEvent? { indexByID[id].map { events[$0] } }

    var json: [UInt8] {
        var writer = JSONWriter(capacity: bytes.count + 64)
        writer.object { writer in
            writer.array("events") { writer in
                for event in events { writer.element(raw: event.json) }
            }
        }
        return writer.bytes
    }

    private static func written(_ events: [ListedEvent]) -> [UInt8] {
        var writer = FieldWriter()
        writer.append(format)
        writer.append(UInt32(events.count))
        for event in events {
            writer.append(event.id.text)
            writer.append(event.mapHash.text)
            writer.append(event.json)
        }
        return writer.bytes
    }
}
