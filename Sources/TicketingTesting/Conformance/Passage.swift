import Ticketing

/// How time passes for an adapter: a manual clock is moved, a real server is waited for.
package struct Passage: Sendable {
    private let pass: @Sendable (Int) async throws -> Void

    package init(_ pass: @escaping @Sendable (_ ms: Int) async throws -> Void) {
        self.pass = pass
    }

    package init(_ clock: ManualClock) {
        pass = { clock.advance(ms: $0) }
    }

    func callAsFunction(ms: Int) async throws {
        try await pass(ms)
    }
}
