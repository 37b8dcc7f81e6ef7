import JSON
import Ticketing

/// The bodies of the availability route.
enum AvailabilityJSON {
    static func full(_ snapshot: SeatSnapshot) -> [UInt8] {
        body(snapshot, capacity: snapshot.states.bytes.count * 4 / 3 + 256) { writer in
            snapshot.states.bytes.withUnsafeBytes { writer.member("states", base64: $0) }
        }
    }

    static func changes(
        _ snapshot: SeatSnapshot, since version: String, _ changes: [(index: Int, state: SeatAvailability)]
    ) -> [UInt8] {
        body(snapshot, capacity: changes.count * 12 + 256) { writer in
            writer.member("since", version)
            writer.array("changes") { writer in
                for change in changes {
                    writer.array { writer in
                        writer.element(change.index)
                        writer.element(Int(change.state.rawValue))
                    }
                }
            }
        }
    }

    /// The same in less, for who asks for it with `form=runs`. Counts are left out: they are half of a difference, and
    /// who puts runs into states can count those.
    static func runs(
        _ snapshot: SeatSnapshot, since version: String, _ changes: [(index: Int, state: SeatAvailability)]
    ) -> [UInt8] {
        var writer = JSONWriter(capacity: changes.count * 4 + 256)
        writer.object { writer in
            head(snapshot, &writer)
            writer.member("since", version)
            SeatRuns(changes).bytes.withUnsafeBytes { writer.member("runs", base64: $0) }
        }
        return writer.bytes
    }

    private static func body(
        _ snapshot: SeatSnapshot, capacity: Int, _ rest: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        let plan = snapshot.plan
        var writer = JSONWriter(capacity: capacity + plan.groups.count * 80)
        writer.object { writer in
            head(snapshot, &writer)
            writer.array("counts") { writer in
                for (group, count) in zip(plan.groups, snapshot.counts) {
                    writer.object { writer in
                        writer.member("section", group.section.text)
                        writer.member("price", group.priceName)
                        writer.member("free", count.free)
                        writer.member("held", count.held)
                        writer.member("sold", count.sold)
                    }
                }
            }
            rest(&writer)
        }
        return writer.bytes
    }

    private static func head(_ snapshot: SeatSnapshot, _ writer: inout JSONWriter) {
        writer.member("event", snapshot.plan.event.text)
        writer.member("version", snapshot.version)
        writer.member("map", snapshot.plan.map.hash.text)
    }
}
