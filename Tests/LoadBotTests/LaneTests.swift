import CLinux
import HTTP
import Synchronization
import Testing

@testable import LoadBot

@Suite("A lane", .timeLimit(.minutes(5)))
struct LaneTests {
    @Test(
        "tells what a key got that was used before, while the load goes on",
        arguments: [
            (Misdeed.none, nil), (.sellsReplaysAgain, "asked again, the answer was 201 and not the same"),
            (.deniesReplays, "asked again, the answer was 400 and not the same"),
            (.answersAnew, "asked again, the answer was 200 and not the same"),
            (.sellsOnUsedKeys, "its key with other seats got 201"),
        ])
    func usedKeys(misdeed: Misdeed, words: String?) async throws {
        let run = try await sale(misdeed) { scenario in
            scenario.purchases.repeatPercent = 30
            scenario.purchases.conflictPercent = 30
        }
        #expect(run.result.replaysCompared > 0)
        #expect(run.result.replaysDiffering.isEmpty == (words == nil), "\(run.result.replaysDiffering)")
        guard let words else { return }
        #expect(
            run.result.replaysDiffering.contains { $0.hasSuffix(words) }, "\(run.result.replaysDiffering)")
    }

    @Test(
        "cancels the share that it should, each by itself, and watches seats of the others, whichever part of a run it is"
    )
    func cancels() async throws {
        for text in ["1/1", "1/2", "2/2", "2/8"] {
            let shard = try #require(Shard(text))
            let run = try await sale(.none, shard: shard) { scenario in
                scenario.peakPerSecond = 200 * Double(shard.count)
                scenario.purchases.cancelPercent = 40
            }
            let cancelled = run.result.memory.purchases.filter { $0.cancel == .granted }
            #expect(cancelled.count > 5, "\(text)")
            #expect(run.tally.operations.count(.cancel, .good) == cancelled.count, "\(text)")
            #expect(run.taken.count > 3, "\(text)")
            for seats in run.taken {
                let bought = run.result.memory.purchases.filter { $0.identity.seats.overlaps(seats.seats) }
                #expect(bought.contains { $0.cancel == .no }, "\(text)")
            }
        }
    }

    @Test("that is late itself does not say that a purchase was made later than it was")
    func late() async throws {
        // Everything was due long before it could be sent, and longer than an answer takes in the slowest build.
        let run = try await sale(.none, lateByMs: 600_000) { _ in }
        let endedAtMs = clinux_wall_ms()
        #expect(run.taken.count > 3)
        for seats in run.taken { #expect(seats.byMs < endedAtMs + 60_000) }
    }

    @Test("lets buyers think before they cancel or ask again, however many have bought since")
    func thinking() async throws {
        let run = try await sale(.none) { scenario in
            scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 2)]
            scenario.purchases.thinkMs = 1_200
            scenario.purchases.cancelPercent = 40
            scenario.purchases.repeatPercent = 20
        }
        let thinkNs: UInt64 = 1_200_000_000
        let firstNs = try #require(run.result.memory.purchases.map(\.answeredAtNs).min())
        #expect(run.tally.operations.total(.cancel) > 3)
        #expect(run.tally.operations.total(.replay) > 3)
        #expect(
            run.result.memory.purchases.contains {
                $0.answeredAtNs < firstNs + thinkNs / 2 && $0.cancel == .granted
            })
        let endNs = run.startNs + 2_000_000_000
        for purchase in run.result.memory.purchases where purchase.cancel != .no {
            #expect(purchase.answeredAtNs + thinkNs <= endNs, "its time to cancel was behind the end")
        }
        // Nobody has thought for long enough.
        let hasty = try await sale(.none) { scenario in
            scenario.purchases.thinkMs = 60_000
            scenario.purchases.cancelPercent = 40
            scenario.purchases.repeatPercent = 20
        }
        #expect(hasty.tally.operations.total(.cancel) + hasty.tally.operations.total(.replay) == 0)
        #expect(hasty.tally.operations.total(.intent) == hasty.tally.offered)
    }

    @Test("asks for what has changed since the version it saw last")
    func since() async throws {
        let asked = Mutex<[String]>([])
        let run = try await TestService.run(
            routes: { router, _ in
                router.on(
                    .get, "/public/events/{e}/availability",
                    .immediate { request throws(Problem) in
                        let version = asked.withLock { asked in
                            asked.append(request.query("since") ?? "")
                            return asked.count
                        }
                        return .json(.ok, Array("{\"event\":\"e\",\"version\":\"v-\(version)\"}".utf8))
                    })
            },
            { address, _ in
                var scenario = LanesByHand.reads(perSecond: 50, seconds: 0.5)
                (scenario.mix.event, scenario.mix.map, scenario.mix.seats) = (0, 0, 0)
                return await LanesByHand.run(scenario, at: address)
            })
        #expect(run.tally.operations.count(.availability, .good) == 25)
        let versions = asked.withLock { $0 }
        #expect(versions.first == "")
        // Several may be on their way with one version; none is one that nobody has given.
        #expect(Set(versions.dropFirst()).isSubset(of: Set((1...25).map { "v-\($0)" }).union([""])))
        #expect(Set(versions).count > 3, "\(versions)")
    }

    /// Purchases only, 200 a second.
    private func sale(
        _ misdeed: Misdeed, shard: Shard = .whole, lateByMs: UInt64 = 0,
        _ change: (inout Scenario) -> Void
    ) async throws -> LanesByHand.Run {
        var scenario = TestRun.scenario()
        scenario.steps = [ScenarioStep("hold", percent: 100, seconds: 1)]
        scenario.mix.publicShare = 0
        scenario.mix.queueShare = 0
        change(&scenario)
        return try await TestService.run(
            routes: { router, loop in TestSale(misdeed, on: loop).addRoutes(to: router) },
            { [scenario] address, _ in
                await LanesByHand.run(
                    scenario, at: address, shard: shard, seats: TestSale.seats, lateByMs: lateByMs)
            })
    }

    @Test("that has finished is gone at once, though its loop goes on and its slice has not ended")
    func gone() async throws {
        let run = try await TestService.run(
            routes: { router, _ in
                for path in [
                    "/public/events/{e}", "/public/events/{e}/seats", "/public/events/{e}/availability",
                    "/public/events/{e}/map/{h}",
                ] {
                    router.on(
                        .get, path, .immediate { _ throws(Problem) in .json(.ok, Array("{}".utf8)) })
                }
            },
            { address, _ in
                await LanesByHand.run(LanesByHand.reads(perSecond: 100, seconds: 0.2), at: address)
            })
        #expect(run.tally.latency.count == 20)
        #expect(run.isGone, "a timer of the loop's still leads to it")
    }
}
