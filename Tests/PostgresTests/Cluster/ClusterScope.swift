import Testing

/// One server for all the tests of a suite, stopped when the last has ended.
struct ClusterScope: SuiteTrait, TestScoping {
    @TaskLocal static var cluster: PostgresCluster?

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await PostgresCluster.with(hasTLS: true) { cluster in
            try await Self.$cluster.withValue(cluster) { try await function() }
        }
    }
}

extension Trait where Self == ClusterScope {
    static var cluster: Self { ClusterScope() }
}

/// The server of the suite that is running.
func sharedCluster() throws -> PostgresCluster { try #require(ClusterScope.cluster) }
