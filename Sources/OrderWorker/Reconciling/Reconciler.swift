import JSON
import Synchronization
import Telemetry
import Ticketing

/// Finds what crashes leave behind and puts it back to work.
///
/// It frees no seat and moves no money. An intent that nobody works on is queued again, and the worker goes
/// on from what ledger, inbox and gateway say: it settles what was decided, and reverses a charge that has no
/// order. So there is one place that decides, and a reconciler that errs costs a message.
package final class Reconciler: Sendable {
    let ports: WorkerPorts
    let settings: ReconcilerSettings
    private let isPassing = Atomic<Bool>(false)
    private let metrics: ReconcilerMetrics
    /// From where the next pass goes on: a pass that its limit cut short must not begin with the same again.
    let openPosition = Mutex<OpenIntentPosition?>(nil)
    let letterPosition = Mutex<String?>(nil)

    package init(ports: WorkerPorts, settings: ReconcilerSettings) {
        self.ports = ports
        self.settings = settings
        metrics = ReconcilerMetrics(ports.metrics)
    }

    /// Passes at intervals until its task is cancelled.
    package func runUntilCancelled() async {
        while (try? await ports.clock.sleep(ms: nextDelayMs)) != nil {
            do {
                _ = try await pass()
            } catch {
                ports.logger.warning("the reconciler could not end its pass") { line in
                    line.member("error", error.description)
                }
            }
        }
    }

    private var nextDelayMs: Int {
        let half = max(settings.intervalMs / 2, 1)
        return half + ports.randomness.below(2 * half)
    }

    /// Looks once at everything. Nil when another pass of this process is under way.
    package func pass() async throws(PortError) -> ReconciliationReport? {
        guard isPassing.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else { return nil }
        defer { isPassing.store(false, ordering: .releasing) }
        var report = ReconciliationReport()
        do throws(PortError) {
            try await moveDeadMessages(&report)
            try await requeueForgottenIntents(&report)
            try await removeFinishedLetters(&report)
            try await sweep(&report)
        } catch {
            metrics.failedPasses.add()
            metrics.count(report)
            throw error
        }
        metrics.passes.add()
        metrics.count(report)
        let level: LogLevel = report.hasMended ? .warning : .debug
        ports.logger.log(level, "reconciled") { report.write(into: &$0) }
        return report
    }
}
