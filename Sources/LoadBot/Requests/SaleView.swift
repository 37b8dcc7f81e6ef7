/// What a buyer may know of the events before he chooses: read once, before the run.
package struct SaleView: Sendable {
    package struct Event: Sendable {
        package let id: String
        package let capacity: Int
        package let seatsPerIntent: Int
        package let holdSeconds: Int
        package let mapTarget: String
        package let sections: [String]
        /// In map order.
        package let seats: [String]
        /// Whether the list of seats has to be asked for by section.
        package var isLarge: Bool { seats.count > 5_000 }

        package init(
            id: String, seatsPerIntent: Int, holdSeconds: Int, mapTarget: String, sections: [String],
            seats: [String]
        ) {
            self.id = id
            capacity = seats.count
            self.seatsPerIntent = seatsPerIntent
            self.holdSeconds = holdSeconds
            self.mapTarget = mapTarget
            self.sections = sections
            self.seats = seats
        }
    }

    package let events: [Event]

    package init(events: [Event]) {
        precondition(events.allSatisfy { !$0.seats.isEmpty && !$0.sections.isEmpty }, "an event has seats")
        self.events = events
    }
}
