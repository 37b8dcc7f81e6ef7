/// What a run is asked to do: `name=value` arguments.
struct BenchSettings {
    var path = "/tmp/store-bench/ticket.db"
    var seconds = 10
    var seats = 400_000
    var buyers = 50_000
    var seatsPerPurchase = 1
    /// Purchases a second that are offered; 0 offers as many as the store takes.
    var rate = 0
    /// Intents opened at the same time when the rate is 0.
    var openers = 128
    var workers = 4
    var batch = 64
    var gatherMicroseconds: Int?
    var pageBytes: Int?
    var checkpointPages: Int?
    var maxLogPages: Int?
    var maxGroupRequests: Int?

    init(_ arguments: [String]) throws(BenchError) {
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { throw BenchError(message: "\(argument) is not name=value") }
            let value = String(parts[1])
            if parts[0] == "path" {
                path = value
                continue
            }
            guard let number = Int(value), number >= 0 else {
                throw BenchError(message: "\(argument) needs a number")
            }
            switch parts[0] {
            case "seconds": seconds = number
            case "seats": seats = number
            case "buyers": buyers = number
            case "seats-per-purchase": seatsPerPurchase = number
            case "rate": rate = number
            case "openers": openers = number
            case "workers": workers = number
            case "batch": batch = number
            case "gather-us": gatherMicroseconds = number
            case "page-bytes": pageBytes = number
            case "checkpoint-pages": checkpointPages = number
            case "max-log-pages": maxLogPages = number
            case "group": maxGroupRequests = number
            default: throw BenchError(message: "\(parts[0]) is not known here")
            }
        }
    }
}

struct BenchError: Error {
    let message: String
}
