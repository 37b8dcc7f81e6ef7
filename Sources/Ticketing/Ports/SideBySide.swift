/// Calls of a port that are made at the same time: one after the other, a far store would set the pace.
package enum SideBySide {
    /// A type of its own and not a pair: of `(place, .success(try await …))` in a task of a group the optimizer of
    /// Swift 6.3.1 loses the place.
    private struct Ended<Output: Sendable>: Sendable {
        let place: Int
        let result: Result<Output, PortError>
    }

    /// What each came to, in the order of the inputs.
    package static func results<Input: Sendable, Output: Sendable>(
        of inputs: some Sequence<Input>, _ body: @escaping @Sendable (Input) async throws(PortError) -> Output
    ) async -> [Result<Output, PortError>] {
        await withTaskGroup(of: Ended<Output>.self) { group in
            var count = 0
            for (place, input) in inputs.enumerated() {
                count += 1
                group.addTask {
                    do throws(PortError) {
                        let output = try await body(input)
                        return Ended(place: place, result: .success(output))
                    } catch {
                        return Ended(place: place, result: .failure(error))
                    }
                }
            }
            var results = [Result<Output, PortError>?](repeating: nil, count: count)
            for await ended in group { results[ended.place] = ended.result }
            return results.compactMap { $0 }
        }
    }
}
