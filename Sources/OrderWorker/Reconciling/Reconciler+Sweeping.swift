import Ticketing

/// Intents that ended without an order long ago.
extension Reconciler {
    func sweep(_ report: inout ReconciliationReport) async throws(PortError) {
        guard let broom = ports.broom else { return }
        let endedBefore = ports.clock.now().adding(ms: -settings.endedKeptMs)
        while report.swept < settings.maxSweptPerPass {
            let removed = try await broom.sweep(endedBefore: endedBefore, limit: settings.sweepBatch)
            report.swept += removed
            if removed < settings.sweepBatch { return }
        }
        report.isPartial = true
    }
}
