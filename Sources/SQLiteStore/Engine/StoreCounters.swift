import Synchronization

/// What the writer has done so far, for metrics and benchmarks.
package struct StoreStatistics: Hashable, Sendable {
    package var commits = 0
    package var requests = 0
    /// Groups that lost their transaction to one request and ran again one by one.
    package var groupsRunSeparately = 0
    /// Pages written to the log: what commits cost.
    package var loggedPages = 0
    /// How many pages the log had at its longest.
    package var longestLogPages = 0
    /// Requests and reads that wait at this moment.
    package var waitingRequests = 0
    package var waitingReads = 0
}

/// Written by the writer's thread, read by anybody.
final class StoreCounters: Sendable {
    private let commits = Atomic(0)
    private let requests = Atomic(0)
    private let groupsRunSeparately = Atomic(0)
    private let loggedPages = Atomic(0)
    private let longestLogPages = Atomic(0)

    /// `logPages` and `before` are the log's lengths; a log that is shorter than before has begun anew.
    func noteCommit(requestCount: Int, logPages: Int, before: Int) {
        commits.add(1, ordering: .relaxed)
        requests.add(requestCount, ordering: .relaxed)
        loggedPages.add(logPages < before ? logPages : logPages - before, ordering: .relaxed)
        longestLogPages.max(logPages, ordering: .relaxed)
    }

    func noteSeparateRun() { groupsRunSeparately.add(1, ordering: .relaxed) }

    var statistics: StoreStatistics {
        StoreStatistics(
            commits: commits.load(ordering: .relaxed), requests: requests.load(ordering: .relaxed),
            groupsRunSeparately: groupsRunSeparately.load(ordering: .relaxed),
            loggedPages: loggedPages.load(ordering: .relaxed),
            longestLogPages: longestLogPages.load(ordering: .relaxed))
    }
}
