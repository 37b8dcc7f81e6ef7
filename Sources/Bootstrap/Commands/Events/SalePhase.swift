import Ticketing

/// Where an event stands in its sale.
enum SalePhase {
    case before(Timestamp)
    case open(until: Timestamp)
    case after(Timestamp)

    init(of event: Event, at now: Timestamp) {
        let window = event.saleWindow
        if now < window.opensAt {
            self = .before(window.opensAt)
        } else if now < window.closesAt {
            self = .open(until: window.closesAt)
        } else {
            self = .after(window.closesAt)
        }
    }

    var word: StaticString {
        switch self {
        case .before: "before"
        case .open: "open"
        case .after: "closed"
        }
    }

    var words: String {
        switch self {
        case .before(let moment): "opens \(moment)"
        case .open(let moment): "on sale until \(moment)"
        case .after(let moment): "closed \(moment)"
        }
    }
}
