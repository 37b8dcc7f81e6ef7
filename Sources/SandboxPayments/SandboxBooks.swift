import Ticketing

/// A look into the sandbox's books, for tests and the integrity check: `one-charge` is counted here.
package struct SandboxBooks: Sendable {
    /// Everything added up.
    package struct Summary: Hashable, Sendable {
        package var attempts = 0
        /// Captured and not paid back.
        package var captured = 0
        package var declined = 0
        package var refunded = 0
        package var voided = 0
        /// Tried, and nothing came of it yet.
        package var open = 0
        /// Attempts with more than one capture, or more than one refund: always none.
        package var chargedTwice: [Attempt] = []
        package var refundedTwice: [Attempt] = []
    }

    /// Records read at once: a page is one question to the store.
    private static let pageSize = 1_000

    private let records: any SandboxRecords

    package init(records: any SandboxRecords) {
        self.records = records
    }

    package func account(of attempt: Attempt) async throws(PortError) -> SandboxAccount? {
        guard let bytes = try await records.record(attempt) else { return nil }
        return try SandboxAccount(bytes: bytes)
    }

    /// A page at a time: charges that are made meanwhile may or may not be in it.
    package func summary() async throws(PortError) -> Summary {
        var summary = Summary()
        var last: Attempt?
        while true {
            let page = try await records.records(after: last, limit: Self.pageSize)
            for (attempt, bytes) in page { summary.add(try SandboxAccount(bytes: bytes), attempt) }
            guard page.count == Self.pageSize, let newest = page.last else { return summary }
            last = newest.attempt
        }
    }
}

extension SandboxBooks.Summary {
    fileprivate mutating func add(_ account: SandboxAccount, _ attempt: Attempt) {
        attempts += 1
        switch account.state {
        case .open: open += 1
        case .captured: captured += 1
        case .declined: declined += 1
        case .reversed(.voided): voided += 1
        case .reversed(.refunded): refunded += 1
        }
        if account.captureCount > 1 { chargedTwice.append(attempt) }
        if account.refundCount > 1 { refundedTwice.append(attempt) }
    }
}
