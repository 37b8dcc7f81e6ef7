/// What has happened in a pool since it was made, for metrics.
package struct PoolCounters: Sendable, Equatable {
    package var connectionsMade = 0
    package var connectFailures = 0
    /// Ended by the other side or by a deadline, in the middle of work or not.
    package var connectionsLost = 0
    /// Closed because an answer made no sense.
    package var nonsenseAnswers = 0
    /// Errors that the server answered with: their connections are good.
    package var refusals = 0
    /// Those among them whose code no PostgreSQL is known to have.
    package var unknownErrors = 0
    package var exchanges = 0
    package var waitsGivenUp = 0
    package var retries = 0
    package var unknownOutcomes = 0
    package var secretsRead = 0
    /// At this moment, whatever they do; being opened counts as well.
    package var connectionsOpen = 0

    package init() {}
}
