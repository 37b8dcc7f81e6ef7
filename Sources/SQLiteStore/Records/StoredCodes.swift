import Ticketing

// The numbers under which states stand in the file. They are for ever: a new case gets a new number.

extension IntentState {
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

    init(storedCode: Int64) throws(PortError) {
        guard let state = Self.allCases.first(where: { $0.storedCode == storedCode }) else {
            throw PortError(.corrupt, "a stored intent has the unknown state \(storedCode)")
        }
        self = state
    }
}

extension Outcome {
    var storedCode: Int64 {
        switch self {
        case .confirmed: 0
        case .declined: 1
        case .expired: 2
        }
    }

    init(storedCode: Int64) throws(PortError) {
        guard let outcome = Self.allCases.first(where: { $0.storedCode == storedCode }) else {
            throw PortError(.corrupt, "a stored decision has the unknown outcome \(storedCode)")
        }
        self = outcome
    }
}
