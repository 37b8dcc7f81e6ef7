import Testing

/// All tests that share one server.
@Suite("PostgreSQL", .cluster)
enum PostgresTests {}
