import Telemetry

/// A moment as signatures write it: `20150830T123600Z`, and its day, `20150830`.
struct SigningTime: Equatable {
    let text: String
    let day: String

    init(epochMs: Int64) {
        // RFC 3339 without its punctuation and its milliseconds.
        let digits = Timestamp.string(epochMs: epochMs).utf8.prefix(19)
            .filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
        let moment = String(decoding: digits, as: UTF8.self)
        text = moment + "Z"
        day = String(moment.prefix(8))
    }
}
