/// The five characters with which PostgreSQL says what went wrong. They are the same in every language and
/// version; the message beside them is not.
package struct SQLState: Hashable, Sendable, CustomStringConvertible {
    package let code: String

    package init?(_ code: String) {
        let isWellFormed =
            code.utf8.count == 5
            && code.utf8.allSatisfy { byte in
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            }
        guard isWellFormed else { return nil }
        self.code = code
    }

    private init(known code: StaticString) { self.code = code.description }

    static let uniqueViolation = SQLState(known: "23505")
    static let serializationFailure = SQLState(known: "40001")
    static let statementCompletionUnknown = SQLState(known: "40003")
    static let deadlockDetected = SQLState(known: "40P01")
    static let lockNotAvailable = SQLState(known: "55P03")
    static let readOnlyTransaction = SQLState(known: "25006")
    static let queryCanceled = SQLState(known: "57014")
    static let adminShutdown = SQLState(known: "57P01")
    static let crashShutdown = SQLState(known: "57P02")
    static let cannotConnectNow = SQLState(known: "57P03")
    static let invalidPassword = SQLState(known: "28P01")
    static let invalidAuthorization = SQLState(known: "28000")
    static let unknownStatement = SQLState(known: "26000")
    static let cachedPlanChanged = SQLState(known: "0A000")
    static let undefinedTable = SQLState(known: "42P01")
    static let transactionResolutionUnknown = SQLState(known: "08007")

    /// The first two characters: the kind of error.
    var kind: Substring { code.prefix(2) }

    /// One of the classes that PostgreSQL's manual lists (appendix A).
    var isOfKnownKind: Bool { Self.knownKinds.contains(kind) }

    private static let knownKinds: Set<Substring> = [
        "00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23",
        "24", "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "40", "42", "44",
        "53", "54", "55", "57", "58", "72", "F0", "HV", "P0", "XX",
    ]

    /// The credentials are no longer good, or never were.
    var isAuthentication: Bool { self == .invalidPassword || self == .invalidAuthorization }

    /// The server is going, or is no longer the one that may write: every connection to it is in vain.
    var isFailover: Bool {
        self == .readOnlyTransaction || self == .adminShutdown || self == .crashShutdown
            || self == .cannotConnectNow
    }

    /// The connection's own memory of its prepared statements is out of date.
    var isStaleStatement: Bool { self == .unknownStatement || self == .cachedPlanChanged }

    /// Another transaction was in the way; nothing was done, and the same one again may well succeed.
    var isContention: Bool {
        self == .serializationFailure || self == .deadlockDetected || self == .lockNotAvailable
    }

    /// The server reports an error and yet does not know whether the transaction took effect.
    var isUnclear: Bool { self == .statementCompletionUnknown || self == .transactionResolutionUnknown }

    package var description: String { code }
}
