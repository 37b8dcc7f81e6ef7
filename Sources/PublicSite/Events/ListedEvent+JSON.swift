import JSON
import Ticketing

extension ListedEvent {
    init(_ event: Event) {
        id = event.id
        mapHash = event.mapHash
        json = Self.json(event)
    }

    private static func json(_ event: Event) -> [UInt8] {
        var writer = JSONWriter(capacity: 1_024)
        writer.object { writer in
            writer.member("id", event.id.text)
            writer.member("name", event.name)
            writer.member("venue", event.venue)
            writer.member("currency", event.currency.code)
            writer.object("saleWindow") { writer in
                writer.member("opensAt", event.saleWindow.opensAt.text)
                writer.member("closesAt", event.saleWindow.closesAt.text)
            }
            writer.object("limits") { writer in
                writer.member("seatsPerIntent", event.limits.seatsPerIntent)
                writer.member("seatsPerBuyer", event.limits.seatsPerBuyer)
                writer.member("holdSeconds", event.limits.holdSeconds)
            }
            writer.array("prices") { writer in
                for price in event.prices {
                    writer.object { writer in
                        writer.member("name", price.name)
                        writer.object("amount") { writer in
                            writer.member("value", price.amount.minorUnits)
                            writer.member("currency", price.amount.currency.code)
                        }
                    }
                }
            }
            writer.array("sections") { writer in
                for section in event.sections {
                    writer.object { writer in
                        writer.member("id", section.id.text)
                        writer.member("name", section.name)
                        writer.member("seatCount", section.seatCount)
                    }
                }
            }
            writer.object("map") { writer in
                writer.member("hash", event.mapHash.text)
                writer.member("url", "/public/events/\(event.id)/map/\(event.mapHash)")
            }
        }
        return writer.bytes
    }
}
