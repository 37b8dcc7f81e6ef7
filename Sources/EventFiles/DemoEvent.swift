import Ticketing

/// The event that `ticket run --demo` brings: 1,000 seats in five sections with three prices, on sale.
package enum DemoEvent {
    package static func listing() throws(EventFileFaults) -> Listing { try EventFile.read(Array(text.utf8)) }

    /// An event file like any other, so that a newcomer can start from it: `ticket events demo` prints it.
    package static let text: String = {
        var sections: [String] = []
        for (index, section) in plan.enumerated() {
            let rows = (1...section.rows).map { row in
                row == 1 ? firstRow(section, index) : plainRow(section, index, row)
            }
            sections.append(
                "    {\"id\": \"\(section.id)\", \"name\": \"\(section.name)\", \"rows\": [\n"
                    + rows.joined(separator: ",\n") + "\n    ]}")
        }
        return """
            {
              "id": "demo",
              "name": "An Evening of Demonstration",
              "venue": "The Sample House",
              "currency": "KRW",
              "sale": {"opensAt": "2020-01-01T00:00:00.000Z", "closesAt": "2099-12-31T23:59:59.000Z"},
              "limits": {"seatsPerIntent": 6, "seatsPerBuyer": 12, "holdSeconds": 600},
              "prices": [
                {"name": "front", "amount": 150000},
                {"name": "middle", "amount": 99000},
                {"name": "back", "amount": 55000}
              ],
              "sections": [
            \(sections.joined(separator: ",\n"))
              ]
            }

            """
    }()

    private struct Part {
        let id: String
        let name: String
        let price: String
        let rows: Int
        let seats: Int
    }

    private static let plan = [
        Part(id: "A", name: "Stalls, front", price: "front", rows: 10, seats: 20),
        Part(id: "B", name: "Stalls, left", price: "middle", rows: 10, seats: 20),
        Part(id: "C", name: "Stalls, right", price: "middle", rows: 10, seats: 20),
        Part(id: "D", name: "Circle", price: "back", rows: 10, seats: 20),
        Part(id: "E", name: "Upper circle", price: "back", rows: 10, seats: 20),
    ]

    private static func plainRow(_ part: Part, _ index: Int, _ row: Int) -> String {
        "      {\"row\": \"\(row)\", \"from\": 1, \"to\": \(part.seats), \"price\": \"\(part.price)\", "
            + "\"x\": 0, \"y\": \(index * 120 + row * 10)}"
    }

    /// The first row of a section has two places for wheelchairs at its end.
    private static func firstRow(_ part: Part, _ index: Int) -> String {
        "      {\"row\": \"1\", \"from\": 1, \"to\": \(part.seats), \"price\": \"\(part.price)\", "
            + "\"accessible\": [\(part.seats - 1), \(part.seats)], \"x\": 0, \"y\": \(index * 120 + 10)}"
    }
}
