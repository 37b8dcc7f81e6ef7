import HTTP

/// The refusals of the public service, as the contract names them.
extension Problem {
    static let eventUnknown = Problem(
        "event-unknown", .notFound, title: "Unknown event", detail: "Take an id from /public/events.")

    static let mapUnknown = Problem.notFound("Take the map's address from `map.url` of the event.")

    static let sourceUnavailable = Problem.unavailable(
        "What you ask for cannot be read at the moment; ask again after the time given.")
}
