import Ticketing

// The numbers under which states stand in the file. They are for ever: a new case gets a new number.

/// What stands in the file as a number.
protocol StoredAsCode: CaseIterable {
    var storedCode: Int64 { get }
    /// What a reader of an error calls it.
    static var storedName: String { get }
}

extension StoredAsCode {
    init(storedCode: Int64) throws(PortError) {
        guard let value = Self.allCases.first(where: { $0.storedCode == storedCode }) else {
            throw PortError(.corrupt, "a stored \(Self.storedName) has the unknown code \(storedCode)")
        }
        self = value
    }
}

extension IntentState: StoredAsCode {
    static var storedName: String { "intent state" }

    /// Open states come first: the index of open intents asks for `state < 2`, that of those which ended without an
    /// order for `state > 2`.
    var storedCode: Int64 {
        switch self {
        case .pending: 0
        case .claimed: 1
        case .confirmed: 2
        case .declined: 3
        case .cancelled: 4
        case .expired: 5
        }
    }
}

extension Outcome: StoredAsCode {
    static var storedName: String { "outcome" }

    var storedCode: Int64 {
        switch self {
        case .confirmed: 0
        case .declined: 1
        case .expired: 2
        }
    }
}
