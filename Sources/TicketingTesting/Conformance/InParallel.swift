/// Runs the operation so many times at once and gives the results in the order of their numbers.
func inParallel<Result: Sendable>(
    _ count: Int, _ operation: @escaping @Sendable (Int) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for number in 0..<count {
            group.addTask { (number, try await operation(number)) }
        }
        var results: [Int: Result] = [:]
        for try await (number, result) in group { results[number] = result }
        return (0..<count).compactMap { results[$0] }
    }
}
