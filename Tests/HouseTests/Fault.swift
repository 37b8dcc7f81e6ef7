import Testing

/// One place that breaks a rule of the house: where, what is wrong, and what to do about it.
struct Fault: Equatable, CustomStringConvertible {
    let file: String
    let line: Int
    let problem: String
    let cure: String

    var description: String { "\(file):\(line): \(problem). \(cure)." }
}

/// Fails the test once for each fault, so that one run shows all of them.
func expectNone(_ faults: [Fault], sourceLocation: SourceLocation = #_sourceLocation) {
    for fault in faults {
        Issue.record(Comment(rawValue: fault.description), sourceLocation: sourceLocation)
    }
}
