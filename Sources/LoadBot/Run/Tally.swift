/// What was counted in a while: of a lane's slice, of all lanes, of a whole run.
package struct Tally: Equatable, Sendable {
    /// Arrivals that were due and were begun.
    package var offered = 0
    /// Every request that came to an end, whatever the end: a time-out is a delay too.
    package var latency = LatencyHistogram()
    /// How late the generator itself was.
    package var lateness = LatencyHistogram()
    package var operations = OperationCounts()
    package var statuses = StatusCounts()
    package var silences = [Int](repeating: 0, count: Silence.allCases.count)

    package init() {}

    package mutating func add(_ other: Tally) {
        offered += other.offered
        latency.add(other.latency)
        lateness.add(other.lateness)
        operations.add(other.operations)
        statuses.add(other.statuses)
        for index in silences.indices { silences[index] += other.silences[index] }
    }

    package var silent: Int { silences.reduce(0, +) }
    package var answered: Int { operations.total(.good) + operations.total(.refused) }
    package var failed: Int { operations.total(.failed) + silent }
    package var unexpected: Int { operations.total(.unexpected) }
    package var ended: Int { answered + failed + unexpected }
}

/// How many requests of each kind ended how; those without an answer are counted beside.
package struct OperationCounts: Equatable, Sendable {
    private static let grades = Grade.allCases.count
    private var counts = [Int](repeating: 0, count: (grades + 1) * Operation.allCases.count)

    package init() {}

    package mutating func note(_ operation: Operation, _ grade: Grade?, count: Int = 1) {
        counts[Self.index(operation, grade)] += count
    }

    package func count(_ operation: Operation, _ grade: Grade?) -> Int {
        counts[Self.index(operation, grade)]
    }

    package func total(_ grade: Grade) -> Int {
        Operation.allCases.reduce(0) { $0 + count($1, grade) }
    }

    package func total(_ operation: Operation) -> Int {
        Grade.allCases.reduce(count(operation, nil)) { $0 + count(operation, $1) }
    }

    package mutating func add(_ other: OperationCounts) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    private static func index(_ operation: Operation, _ grade: Grade?) -> Int {
        operation.rawValue * (grades + 1) + (grade.map { $0.rawValue } ?? grades)
    }
}

/// How often each status came.
package struct StatusCounts: Equatable, Sendable {
    private var counts: [Int: Int] = [:]

    package init() {}

    package mutating func note(_ status: Int, count: Int = 1) { counts[status, default: 0] += count }

    package var sorted: [(status: Int, count: Int)] {
        counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    package mutating func add(_ other: StatusCounts) {
        for (status, count) in other.counts { note(status, count: count) }
    }
}
