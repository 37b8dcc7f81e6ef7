import HTTP

/// How an answer's body is made from what was read.
struct AnswerRecipe {
    /// What the contract says of answers that change.
    static let changing: StaticString =
        "public, max-age=1, s-maxage=10, stale-while-revalidate=30, stale-if-error=60"
    static let immutable: StaticString = "public, max-age=31536000, immutable"

    var cacheControl = Self.changing
    /// The bytes belong to the whole process and are counted elsewhere.
    var isShared = false
    /// The body as it is now, in JSON. It throws when there is no such thing any more.
    let body: () async throws(Problem) -> [UInt8]
    /// The body in a coding, or nil when it is better sent as it is.
    let encoded: ([UInt8], ContentCoding) async -> [UInt8]?
}
