/// What an answer may be at most. Past any of these the rest of the stream is not believed either.
package struct RESPLimits: Sendable {
    /// A line: a status, an error, a number, a length.
    package var maxLineBytes = 4_096
    package var maxBulkBytes = 16 * 1_024 * 1_024
    /// All elements of one answer; the slots of a cluster in small pieces are about 250,000.
    package var maxElements = 1 << 18
    /// Aggregates inside one another; a cluster's slots need four.
    package var maxDepth = 8

    package init() {}
}

/// Why bytes are no answer.
package struct RESPFailure: Equatable, Sendable {
    package let detail: StaticString

    package static func == (left: RESPFailure, right: RESPFailure) -> Bool {
        left.detail.utf8Start == right.detail.utf8Start
    }

    static let unknownType = RESPFailure(detail: "an element begins with a byte that means nothing")
    static let lineTooLong = RESPFailure(detail: "a line is longer than allowed")
    static let badLine = RESPFailure(detail: "a line holds or ends with a bare CR or LF")
    static let badLength = RESPFailure(detail: "a length is not a plain number")
    static let badNumber = RESPFailure(detail: "a number is not one")
    static let badBoolean = RESPFailure(detail: "a boolean is neither t nor f")
    static let badNull = RESPFailure(detail: "a null holds something")
    static let badEnd = RESPFailure(detail: "a string does not end where it should")
    static let badVerbatim = RESPFailure(detail: "a verbatim string does not say its format")
    static let bulkTooLong = RESPFailure(detail: "a string is longer than allowed")
    static let tooMany = RESPFailure(detail: "an answer has more elements than allowed")
    static let tooDeep = RESPFailure(detail: "an answer is nested deeper than allowed")
}
