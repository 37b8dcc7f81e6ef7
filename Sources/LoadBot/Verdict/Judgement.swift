import EventLoop
import HTTP

/// The guarantees after the load, one finding each.
struct Judgement {
    let loop: EventLoop
    let publicClient: HTTPClient
    let confirmClient: HTTPClient
    let sale: SaleView
    let book: RequestBook
    let tokens: [String]
    let limits: VerdictLimits
    let watch: SaleWatch
    let results: [LaneResult]

    /// How long the pages may take to show what has ended: they are a few seconds old on purpose.
    private static let mostRestTries = 40
    private static let restPauseMs: UInt64 = 250
    private var restTries: Int {
        min(Self.mostRestTries, max(4, Int(limits.settleSeconds * 1_000) / Int(Self.restPauseMs)))
    }

    func judge() async -> (findings: [Finding], soldSeats: [SoldSeats]) {
        let purchases = results.flatMap(\.memory.purchases)
        let forgotten = results.reduce(0) { $0 + $1.memory.forgotten }
        let settlement = Settlement(
            loop: loop, client: confirmClient, book: book, tokens: tokens, limits: limits,
            purchases: purchases)
        await settlement.waitForEndings()
        await settlement.askAgain()
        settlement.judge()
        let doubleSales = settlement.doubleSales
        let integrity = await integrityFinding()
        await watch.lookAtRest()
        let findings = [
            Finding.of(
                "no-double-sale", checked: settlement.count("confirmed"), faults: doubleSales,
                "no seat stands in two of \(settlement.count("confirmed")) orders"),
            lostIntents(settlement, purchases.count, forgotten), replays(settlement), integrity,
            watch.freshness.finding, refusals(),
        ]
        return (findings, settlement.soldSeats(sale))
    }

    private func lostIntents(_ settlement: Settlement, _ count: Int, _ forgotten: Int) -> Finding {
        var words = "each of \(count) purchases ended: "
        words += ["confirmed", "declined", "expired", "cancelled"].map { "\(settlement.count($0)) \($0)" }
            .joined(separator: ", ")
        if forgotten > 0 { words += "; \(forgotten) more were not followed" }
        let unnamed = results.reduce(0) { $0 + $1.unnamedPurchases }
        let faults = unnamed == 0 ? [] : ["\(unnamed) answers with 201 did not name their intent"]
        return Finding.of("no-lost-intent", checked: count, faults: settlement.faults + faults, words)
    }

    private func replays(_ settlement: Settlement) -> Finding {
        let compared = results.reduce(0) { $0 + $1.replaysCompared } + settlement.replaysAsked
        let faults =
            results.flatMap(\.replaysDiffering) + settlement.replayFaults
        return Finding.of(
            "same-key-same-answer", checked: compared, faults: faults,
            "\(compared) purchases asked again got the very bytes of their first answer")
    }

    private func refusals() -> Finding {
        let silent = results.reduce(0) { $0 + $1.refusalsWithoutRetryAfter }
        let faults = silent == 0 ? [] : ["\(silent) answers with 429 or 503 did not say when to come again"]
        let refused = results.reduce(0) { $0 + $1.refusals }
        return Finding.of(
            "refuse-early", checked: refused, faults: faults,
            refused == 0
                ? "nothing was refused with 429 or 503"
                : "each of \(refused) answers with 429 or 503 said when to come again")
    }

    /// Exact at rest: asked until the pages have caught up, and no longer than they may take.
    private func integrityFinding() async -> Finding {
        var faults = watch.integrityFaults
        var sold: Int64 = 0
        for event in sale.events {
            var atRest: [String] = ["the integrity page cannot be read"]
            for _ in 0..<restTries {
                let answer = try? await publicClient.send(
                    ClientRequest(.get, "/public/events/\(event.id)/integrity"))
                if let answer, answer.status == 200, let sample = IntegritySample(answer.body) {
                    atRest = sample.faultsAtRest
                    if atRest.isEmpty {
                        sold += sample.sold
                        break
                    }
                }
                await loop.sleep(forMs: Self.restPauseMs)
            }
            faults += atRest.map { "\(event.id), at rest: \($0)" }
        }
        return Finding.of(
            "no-dead-seat", checked: 1, faults: faults,
            "every seat is counted once in \(watch.integritySamples) samples and at rest; \(sold) sold")
    }
}
