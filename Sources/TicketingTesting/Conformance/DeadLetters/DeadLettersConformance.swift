import Ticketing

/// What every store of failures and dead letters must do.
package enum DeadLettersConformance {
    package typealias Check = ConformanceCheck<any DeadLetters>

    package static let checks: [Check] = counting + burying

    static let start = SmallHall.opensAt

    static func failure(_ key: String, _ kind: FailureKind = .payment, atMs ms: Int64 = 0) -> Failure {
        Failure(key: key, kind: kind, reason: "it failed", at: start.adding(ms: ms))
    }

    static func letter(
        _ key: String, event: String? = "small-hall", kind: FailureKind = .payment, redriveCount: Int = 0,
        reason: String = "the gateway said no"
    ) -> DeadLetter {
        DeadLetter(
            key: key, message: .intent(.named("pi_\(key)")), event: event.map { .named($0) }, kind: kind,
            reason: reason, failureCount: 5, diedAt: start, redriveCount: redriveCount)
    }

    private static let counting: [Check] = [
        Check("failures of a key are counted over all kinds, and by kind") { letters in
            try requireEqual(await letters.record(failure("a")), 1, "the first count")
            try requireEqual(await letters.record(failure("a", .ledger)), 2, "the second count")
            try requireEqual(await letters.record(failure("a")), 3, "the third count")
            try requireEqual(await letters.record(failure("b")), 1, "the count of another key")
            try requireEqual(await letters.failureCounts(of: "a"), [.payment: 2, .ledger: 1], "the kinds")
            try requireEqual(await letters.failureCounts(of: "c"), [:], "the kinds of an unknown key")
        },
        Check("failures that are forgotten begin at one again") { letters in
            _ = try await letters.record(failure("a"))
            _ = try await letters.record(failure("b"))
            try await letters.forgetFailures(of: ["a", "unknown"])
            try requireEqual(await letters.record(failure("a")), 1, "the count")
            try requireEqual(await letters.record(failure("b")), 2, "the count of another key")
        },
        Check("of parallel failures each counts") { letters in
            let counts = try await inParallel(40) { number in
                try await letters.record(failure("a", atMs: Int64(number)))
            }
            try requireEqual(counts.sorted(), Array(1...40), "the counts")
        },
    ]
}
