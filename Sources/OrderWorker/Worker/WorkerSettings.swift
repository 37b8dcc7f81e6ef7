import Ticketing

/// How much a worker takes on, how long it waits, and when it gives up.
package struct WorkerSettings: Sendable {
    /// Long polls at the same time.
    package var receivers = 4
    /// Messages received and not yet deleted or given back.
    package var maxInHand = 512
    package var maxConcurrentClaims = 256
    package var maxConcurrentSettlements = 256
    /// A slow payment keeps one of these slots and nothing else.
    package var maxConcurrentPayments = 256
    /// Decisions in one transaction of the order book.
    package var maxDecisionBatch = 200
    package var maxConcurrentDecisionBatches = 2
    /// How long the first of a batch waits for company.
    package var decisionLingerMs = 5
    package var queueLingerMs = 5
    package var receiveWaitMs = 20_000
    /// How long a received message is this worker's before it has to ask for more.
    package var visibilityMs = 30_000
    /// A message for which no port has answered so long is not extended any more: whatever hangs, the
    /// message comes back to another worker.
    package var maxSilenceMs = 300_000
    package var maxFailures = 5
    /// After a failure that counts, and after a lost answer.
    package var retries = Backoff(startMs: 1_000, capMs: 60_000)
    package var contention = Backoff(startMs: 50, capMs: 2_000)
    /// Between probes of what is down, and before a message that met it comes back.
    package var outages = Backoff(startMs: 500, capMs: 30_000)
    /// How often the queue is asked for its lag.
    package var lagIntervalMs = 2_000

    package init() {}

    /// For the embedded store: all is near, and after a crash every open intent has to be final within 30 s.
    package static var embedded: WorkerSettings {
        var settings = WorkerSettings()
        settings.visibilityMs = 10_000
        // One writer serves the desk and the worker: what stands before it, and how long a transaction is, a
        // buyer waits for. It commits in groups anyway, so larger batches would gain nothing.
        settings.maxConcurrentClaims = 64
        settings.maxConcurrentSettlements = 64
        settings.maxDecisionBatch = 50
        settings.retries = Backoff(startMs: 200, capMs: 10_000)
        settings.outages = Backoff(startMs: 200, capMs: 10_000)
        return settings
    }
}
