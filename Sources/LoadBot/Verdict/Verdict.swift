/// What was found of one guarantee, from outside.
package struct Finding: Equatable, Sendable {
    package enum Grade: String, Sendable, CaseIterable {
        case holds
        case broken
        /// Nothing happened that could have shown it.
        case notChecked = "not checked"
    }

    package let guarantee: String
    package let grade: Grade
    package let words: String

    package init(_ guarantee: String, _ grade: Grade, _ words: String) {
        self.guarantee = guarantee
        self.grade = grade
        self.words = words
    }

    static func of(_ guarantee: String, checked: Int, faults: [String], _ words: String) -> Finding {
        guard faults.isEmpty else {
            let examples = faults.prefix(3).joined(separator: "; ")
            return Finding(guarantee, .broken, "\(faults.count) faults: \(examples)")
        }
        return Finding(guarantee, checked == 0 ? .notChecked : .holds, words)
    }
}

/// What became of a run.
package enum RunOutcome: String, Sendable, CaseIterable {
    case passed
    case failed
    /// Nothing was seen broken, but the load was not what it was meant to be: the generator fell behind, or somebody ended
    /// the run.
    case doesNotCount = "does not count"
}
