import JSON

/// A histogram as a report keeps it: every counter that is above 0, so that reports add up without loss.
extension LatencyHistogram {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("sumNs", sumNs)
            writer.member("maxNs", maxNs)
            // Distances instead of places: half the size, and still plain numbers.
            writer.array("counters") { writer in
                var last = 0
                for (index, count) in occupied {
                    writer.element(index - last)
                    writer.element(count)
                    last = index
                }
            }
        }
    }

    package init?(_ value: JSONValue?) {
        guard let value, let sumNs = value["sumNs"]?.integer, let maxNs = value["maxNs"]?.integer,
            case .array(let numbers)? = value["counters"], numbers.count % 2 == 0, sumNs >= 0, maxNs >= 0
        else { return nil }
        var occupied: [(index: Int, count: UInt64)] = []
        var place = 0
        for pair in stride(from: 0, to: numbers.count, by: 2) {
            guard let distance = numbers[pair].integer, let count = numbers[pair + 1].integer, count > 0,
                distance >= 0, distance <= 1 << 20
            else { return nil }
            place += Int(distance)
            occupied.append((place, UInt64(count)))
        }
        self.init(occupied: occupied, sumNs: UInt64(sumNs), maxNs: UInt64(maxNs))
    }
}
