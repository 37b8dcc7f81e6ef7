import EventLoop
import Ticketing

/// The connections of this process to one PostgreSQL, bounded in number, in waiting and in time.
///
/// It has a thread with a loop of its own, on which all of its connections live: ports may be called from any
/// loop, and an answer returns to the caller's. Nothing connects before the first question. It must be ended with
/// `close`.
package final class PostgresPool: Sendable {
    private let thread = PoolThread()
    private let core: LoopBound<PoolCore>
    private let lookup = HostLookup()
    private let tally: PoolTally
    private let noteDuration: @Sendable (_ nanoseconds: UInt64) -> Void
    package let settings: PoolSettings
    package let server: PostgresURL

    private var loop: EventLoop { thread.loop }

    /// `noteDuration` is told how long each `ask` took, waiting for a connection included, and whatever came of it.
    package init(
        url: PostgresURL, secrets: PostgresSecrets = .none, settings: PoolSettings = PoolSettings(),
        randomness: any Randomness,
        noteDuration: @escaping @Sendable (_ nanoseconds: UInt64) -> Void = { _ in }
    ) {
        PostgresLibrary.open()
        let loop = thread.loop
        let tally = PoolTally()
        let lookup = lookup
        core = loop.runAndWait {
            LoopBound(
                PoolCore(
                    url: url, secrets: secrets, settings: settings, randomness: randomness, lookup: lookup,
                    tally: tally, loop: loop),
                on: loop)
        }
        self.tally = tally
        self.noteDuration = noteDuration
        self.settings = settings
        server = url
    }

    deinit { close() }

    package var counters: PoolCounters { tally.counters }

    /// Sends the statements together as one transaction, and gives the rows of each.
    package func ask(
        _ queries: [SQLQuery], within deadline: Deadline? = nil, isPrepared: Bool = true
    ) async throws(PostgresFailure) -> [ResultRows] {
        let beganNs = loop.readClockNs()
        let deadlineNs = (deadline ?? self.deadline()).timeNs
        let answer: Exchange.Answer = await withUnsafeContinuation { continuation in
            let isTaken = thread.run { [core, loop] in
                core.value.submit(
                    Exchange(
                        queries, isPrepared: isPrepared, deadlineNs: deadlineNs, loop: loop,
                        continuation: continuation))
            }
            if !isTaken { continuation.resume(returning: .failure(.poolIsClosed)) }
        }
        noteDuration(loop.readClockNs() - beganNs)
        return try noting(answer)
    }

    /// Gives one connection to a transaction of several steps. What it leaves open is rolled back.
    package func withSession<Value: Sendable>(
        within deadline: Deadline? = nil,
        _ body: (PostgresSession) async throws(PostgresFailure) -> Value
    ) async throws(PostgresFailure) -> Value {
        let deadlineNs = (deadline ?? self.deadline()).timeNs
        let lease: Lease.Answer = await withUnsafeContinuation { continuation in
            let isTaken = thread.run { [core, loop] in
                core.value.lease(Lease(deadlineNs: deadlineNs, loop: loop, continuation: continuation))
            }
            if !isTaken { continuation.resume(returning: .failure(.poolIsClosed)) }
        }
        let session = PostgresSession(try lease.get(), deadlineNs: deadlineNs, thread: thread)
        // In a closed pool the connection has ended.
        defer { _ = thread.run { [core] in core.value.release(session.connection.value) } }
        return try await body(session)
    }

    /// The moment by which a transaction that begins now is answered: its wait, its statement, and some grace.
    package func deadline(statementMs: UInt64? = nil) -> Deadline {
        Deadline(
            timeNs: loop.readClockNs()
                + (settings.waitMs + (statementMs ?? settings.statementMs) + settings.answerGraceMs)
                * 1_000_000)
    }

    /// A moment on the pool's clock.
    package struct Deadline: Sendable {
        let timeNs: UInt64
    }

    func hasPassed(_ deadline: Deadline) -> Bool { loop.readClockNs() >= deadline.timeNs }

    /// A pause before something is tried again, if that is still worth while.
    func mayRetry(afterMs milliseconds: UInt64, within deadline: Deadline) async -> Bool {
        guard loop.readClockNs() + milliseconds * 1_000_000 < deadline.timeNs, tally.spendRetry() else {
            return false
        }
        return await withUnsafeContinuation { continuation in
            let isTaken = thread.run { [core] in core.value.pause(ms: milliseconds, continuation) }
            if !isTaken { continuation.resume(returning: false) }
        }
    }

    /// An answer made no sense: whatever gave it is not spoken to again.
    func distrust() {
        tally.count { $0.nonsenseAnswers += 1 }
        _ = thread.run { [core] in core.value.giveUpAll() }
    }

    /// Answers nobody any more, closes every connection and ends the thread. Blocks for a moment, and as long as
    /// a look-up under way: not for a serving loop.
    package func close() {
        thread.end { [core] in core.value.close() }
        lookup.close()
    }

    private func noting(_ answer: Exchange.Answer) throws(PostgresFailure) -> [ResultRows] {
        if case .failure(let failure) = answer, failure.code == .refused {
            let isUnknown = failure.sqlState?.isOfKnownKind == false
            tally.count { counters in
                counters.refusals += 1
                if isUnknown { counters.unknownErrors += 1 }
            }
        }
        switch answer {
        case .success: tally.earnRetry()
        case .failure(let failure) where failure.mayHaveTakenEffect:
            tally.count { $0.unknownOutcomes += 1 }
        case .failure: break
        }
        return try answer.get()
    }
}
