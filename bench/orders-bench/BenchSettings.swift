/// What a run is asked to do: `name=value` arguments.
struct BenchSettings {
    var url = ""
    var event = "bench"
    var seconds = 5
    /// Orders in one call of the order book, which is one transaction.
    var batch = 100
    /// Calls under way at once.
    var callers = 8
    var connections = 4
    var inFlight = 16

    init(_ arguments: [String]) throws(BenchError) {
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { throw BenchError(message: "\(argument) is not name=value") }
            let value = String(parts[1])
            switch parts[0] {
            case "url": url = value
            case "event": event = value
            default:
                guard let number = Int(value), number > 0 else {
                    throw BenchError(message: "\(argument) needs a number")
                }
                try set(String(parts[0]), number)
            }
        }
        guard !url.isEmpty else { throw BenchError(message: "give url=postgres://…") }
    }

    private mutating func set(_ name: String, _ number: Int) throws(BenchError) {
        switch name {
        case "seconds": seconds = number
        case "batch": batch = number
        case "callers": callers = number
        case "connections": connections = number
        case "in-flight": inFlight = number
        default: throw BenchError(message: "\(name) is not known here")
        }
    }
}

struct BenchError: Error {
    let message: String
}
