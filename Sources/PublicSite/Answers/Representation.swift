import HTTP
import Ticketing

/// A body in one coding with its heads ready: the whole answer, and the one that says it has not changed.
final class Representation {
    let body: [UInt8]
    private let tag: EntityTag
    private let coding: ContentCoding
    private let cacheControl: StaticString
    private var ready: ReadyAnswer
    private var notModified: ReadyAnswer
    /// What the heads say now.
    private var asOf: Timestamp
    private var ageSeconds: Int64

    init(
        _ body: [UInt8], _ coding: ContentCoding, tag: EntityTag, cacheControl: StaticString,
        asOf: Timestamp, now: Timestamp
    ) {
        self.body = body
        self.coding = coding
        self.cacheControl = cacheControl
        self.asOf = asOf
        self.tag = tag
        ageSeconds = Self.ageSeconds(asOf, now)
        (ready, notModified) = Self.heads(body, coding, tag, cacheControl, asOf, ageSeconds)
    }

    /// The answer to this request, with heads that are right now. They are made again when the reading is
    /// another one or a second has passed, not for every request.
    func answer(to request: borrowing Request, asOf: Timestamp, now: Timestamp) -> ReadyAnswer {
        let ageSeconds = Self.ageSeconds(asOf, now)
        if ageSeconds != self.ageSeconds || asOf != self.asOf {
            self.asOf = asOf
            self.ageSeconds = ageSeconds
            (ready, notModified) = Self.heads(body, coding, tag, cacheControl, asOf, ageSeconds)
        }
        guard let field = request.header("if-none-match"), tag.isNamed(in: field) else { return ready }
        return notModified
    }

    private static func ageSeconds(_ asOf: Timestamp, _ now: Timestamp) -> Int64 {
        max(0, now.ms(since: asOf)) / 1_000
    }

    private static func heads(
        _ body: [UInt8], _ coding: ContentCoding, _ tag: EntityTag, _ cacheControl: StaticString,
        _ asOf: Timestamp, _ ageSeconds: Int64
    ) -> (ReadyAnswer, ReadyAnswer) {
        var headers = [
            Header("Cache-Control", cacheControl.description), Header("ETag", tag.text),
            Header("Vary", "Accept-Encoding"), Header("As-Of", asOf.text), Header("Age", String(ageSeconds)),
        ]
        let notModified = ReadyAnswer(.notModified, headers: headers)
        if let token = coding.token { headers.append(Header("Content-Encoding", token)) }
        let ready = ReadyAnswer(.ok, contentType: "application/json", headers: headers, body: body)
        return (ready, notModified)
    }
}
