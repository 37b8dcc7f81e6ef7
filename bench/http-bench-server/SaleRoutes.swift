import Bootstrap
import HTTP

/// A sale of one event as fixed bytes: what the load bot can be measured against, with nothing behind it.
enum SaleRoutes {
    static func add(to context: LoopContext) {
        let health = ready(#"{"status":"ok"}"#)
        let events = ready(#"{"events":[{"id":"trivial"}]}"#)
        let event = ready(
            #"{"id":"trivial","limits":{"seatsPerIntent":6,"seatsPerBuyer":12,"holdSeconds":600},"#
                + #""sections":[{"id":"A"}],"map":{"url":"/public/events/trivial/map/one"}}"#)
        let map = ready(
            #"{"event":"trivial","hash":"one","seats":[{"id":"A-1-1","section":"A"}]}"#)
        let padding = String(repeating: "A", count: 440)
        let availability = ready(
            #"{"event":"trivial","version":"v1","map":"one","counts":[],"states":""# + padding + #""}"#)
        let routes = [
            ("/public/health", health), ("/public/events", events), ("/public/events/trivial", event),
            ("/public/events/trivial/map/one", map), ("/public/events/trivial/availability", availability),
            ("/public/events/trivial/seats", availability),
        ]
        for (path, answer) in routes {
            context.router.on(.get, path, .immediate { _ throws(Problem) in Response(answer) })
        }
    }

    private static func ready(_ body: String) -> ReadyAnswer {
        ReadyAnswer(.ok, contentType: "application/json", headers: [], body: Array(body.utf8))
    }
}
