/// One guarantee of a port, as something that can be run against any adapter of it.
///
/// A suite is a list of these. An adapter's tests run it as a parameterised test, so each guarantee is a
/// test case of its own; each run gets a subject of its own, fresh and empty.
package struct ConformanceCheck<Subject: Sendable>: Sendable, Identifiable, CustomStringConvertible {
    package let name: String
    private let body: @Sendable (Subject) async throws -> Void

    package init(_ name: String, _ body: @escaping @Sendable (Subject) async throws -> Void) {
        self.name = name
        self.body = body
    }

    package var id: String { name }
    package var description: String { name }

    /// Throws `ConformanceFailure` where the adapter breaks the guarantee, and what the adapter throws
    /// itself.
    package func run(_ subject: Subject) async throws {
        try await body(subject)
    }
}
