import Telemetry
import Testing

@testable import LoadBot

/// Each guarantee is broken once on purpose, and the run fails for that reason and no other.
@Suite("The verdict", .timeLimit(.minutes(10)))
struct VerdictTests {
    @Test("a sale that keeps its promises passes, every guarantee seen to hold")
    func honest() async throws {
        let report = try await TestRun.report(.none)
        #expect(report.outcome == .passed, "\(report.findings) \(report.stops)")
        let unseen = report.findings.filter { $0.grade != .holds }
        // Nothing was refused: nobody could have seen how.
        #expect(unseen.map(\.guarantee) == ["refuse-early"], "\(report.findings)")
        #expect(unseen.map(\.grade) == [.notChecked])
        #expect(report.total.ended == report.total.offered)
        #expect(report.total.unexpected == 0, "\(report.surprises)")
        let confirmed = report.soldSeats.first?.places.count ?? 0
        #expect(report.soldSeats.map(\.event) == ["e"] && confirmed > 10)
        // 400, as far as chance has it.
        #expect((300...500).contains(report.total.offered))
    }

    @Test(
        "a broken guarantee is found and makes the run fail",
        arguments: [
            (Misdeed.sellsTwice, "no-double-sale"), (.neverEnds, "no-lost-intent"),
            (.forgets, "no-lost-intent"), (.changesItsMind, "no-lost-intent"),
            (.ignoresCancels, "no-lost-intent"), (.answersAnew, "same-key-same-answer"),
            (.sellsReplaysAgain, "same-key-same-answer"), (.sellsReplaysAgain, "no-double-sale"),
            (.sellsOnUsedKeys, "same-key-same-answer"), (.deniesReplays, "same-key-same-answer"),
            (.namesNoIntent, "no-lost-intent"),
            (.losesSeats, "no-dead-seat"), (.losesTickets, "no-dead-seat"),
            (.hidesItsAge, "stale-is-bounded"), (.isTooOld, "stale-is-bounded"),
            (.showsSoldAsFree, "stale-is-bounded"),
            (.refusesForEver, "refuse-early"),
        ])
    func broken(misdeed: Misdeed, guarantee: String) async throws {
        let report = try await TestRun.report(misdeed)
        #expect(report.grade(guarantee) == .broken, "\(misdeed): \(report.findings)")
        #expect(report.outcome == .failed)
    }

    @Test("every 201 is followed to its end, whatever it was an answer to")
    func everyAcknowledgement() async throws {
        for misdeed in [Misdeed.none, .sellsReplaysAgain, .sellsOnUsedKeys] {
            let report = try await TestRun.report(misdeed) { $0.verdict.settleSeconds = 2 }
            let acknowledged = report.total.statuses.sorted.first { $0.status == 201 }?.count ?? 0
            let words = report.findings.first { $0.guarantee == "no-lost-intent" }?.words ?? ""
            #expect(acknowledged > 20)
            #expect(words.hasPrefix("each of \(acknowledged) purchases ended"), "\(misdeed): \(words)")
        }
    }

    @Test("refusals that say when to come again are a guarantee that was seen to hold")
    func polite() async throws {
        let report = try await TestRun.report(.refusesForAWhile)
        let finding = report.findings.first { $0.guarantee == "refuse-early" }
        #expect(finding?.grade == .holds)
        #expect(finding?.words.hasPrefix("each of ") == true, "\(report.findings)")
    }

    @Test("a run that is over before anybody has looked twice is held against the pages all the same")
    func shortRun() async throws {
        let steps = [ScenarioStep("hold", percent: 100, seconds: 0.3)]
        let honest = try await TestRun.report(.none) { $0.steps = steps }
        #expect(honest.grade("stale-is-bounded") == .holds, "\(honest.findings)")
        let lying = try await TestRun.report(.showsSoldAsFree) { $0.steps = steps }
        #expect(lying.grade("stale-is-bounded") == .broken, "\(lying.findings)")
    }

    @Test("of more purchases than are kept, a page is held against the latest, whose seats are still theirs")
    func latestPurchases() {
        let event = SaleView.Event(
            id: "e", seatsPerIntent: 1, holdSeconds: 60, mapTarget: "/m", sections: ["A"],
            seats: ["A-1-1", "A-1-2"])
        var check = FreshnessCheck(VerdictLimits(), sale: SaleView(events: [event]))
        // The holds of all but the last ended long before the page was read.
        for _ in 0..<FreshnessCheck.maxTaken { check.note([TakenSeats(event: 0, seats: 0..<1, byMs: 1_000)]) }
        check.note([TakenSeats(event: 0, seats: 1..<2, byMs: 999_000)])
        let page = FreshnessCheck.Page(
            askedAtMs: 1_000_500, asOf: Timestamp.string(epochMs: 1_000_000), ageSeconds: 1, states: [0])
        check.look(at: page, of: 0, seatNames: event.seats)
        #expect(check.seatsChecked == 1 && check.finding.grade == .broken, "\(check.finding)")
    }

    @Test("pages that were never held against a sold seat are not said to show none as free")
    func freshness() {
        let event = SaleView.Event(
            id: "e", seatsPerIntent: 1, holdSeconds: 60, mapTarget: "/m", sections: ["A"], seats: ["A-1-1"])
        var check = FreshnessCheck(VerdictLimits(), sale: SaleView(events: [event]))
        let page = FreshnessCheck.Page(
            askedAtMs: 10_500, asOf: Timestamp.string(epochMs: 10_000), ageSeconds: 1, states: [2])
        check.look(at: page, of: 0, seatNames: event.seats)
        #expect(check.finding.grade == .notChecked)
        check.note([TakenSeats(event: 0, seats: 0..<1, byMs: 9_000)])
        check.look(at: page, of: 0, seatNames: event.seats)
        #expect(check.finding.grade == .holds, "\(check.finding)")
    }

    @Test("only what is broken is called broken")
    func exact() async throws {
        #expect(try await TestRun.report(.answersAnew).broken == ["same-key-same-answer"])
        #expect(try await TestRun.report(.hidesItsAge).broken == ["stale-is-bounded"])
        #expect(try await TestRun.report(.losesTickets).broken == ["no-dead-seat"])
    }
}
