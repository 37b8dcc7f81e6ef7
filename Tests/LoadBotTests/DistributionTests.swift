import EventLoop
import HTTP
import Synchronization
import Testing

@testable import LoadBot

/// A server whose delays are known, because it notes each as it really was.
@Suite("Percentiles", .serialized, .timeLimit(.minutes(10)))
struct DistributionTests {
    private final class Delays: Sendable {
        let actualNs = Mutex<[UInt64]>([])
    }

    private static let attempts = 4
    private static let bound = 0.01
    /// The generator counts from when a request was due, the server from when it came: on a crowded machine that is not the same.
    private static let crowdedBound = isProving ? bound : 0.15

    @Test("are within 1 % of what the server really took")
    func known() async throws {
        let seconds = isProving ? 20.0 : 3.0
        for attempt in 1...Self.attempts {
            let delays = Delays()
            let run = try await TestService.run(
                routes: { router, loop in
                    var number: UInt64 = 0
                    let slow = Handler.suspending { _ async throws(Problem) in
                        let begunNs = loop.readClockNs()
                        var draw = SeededDraw(seed: 5, number: number)
                        number += 1
                        // Most are short and a few are long, as it is in life.
                        let share = draw.unit()
                        await loop.sleep(forMs: 200 + UInt64(800 * share * share * share))
                        let tookNs = loop.readClockNs() - begunNs
                        delays.actualNs.withLock { $0.append(tookNs) }
                        return .json(.ok, Array("{}".utf8))
                    }
                    for path in [
                        "/public/events/{e}", "/public/events/{e}/seats", "/public/events/{e}/availability",
                    ] {
                        router.on(.get, path, slow)
                    }
                    router.on(.get, "/public/events/{e}/map/{h}", slow)
                },
                { address, _ in
                    await LanesByHand.run(LanesByHand.reads(perSecond: 100, seconds: seconds), at: address)
                })
            let actual = delays.actualNs.withLock { $0 }
            let errors = [0.5, 0.9, 0.95, 0.99, 1.0].map { share in
                let exact = Double(exactPercentileNs(actual, share))
                return abs(Double(run.tally.latency.percentileUs(share)) * 1_000 / exact - 1)
            }
            let isQuiet = errors.allSatisfy { $0 <= Self.bound }
            guard isQuiet || attempt == Self.attempts else { continue }
            #expect(run.tally.latency.count == UInt64(actual.count))
            #expect(errors.allSatisfy { $0 <= (isQuiet ? Self.bound : Self.crowdedBound) }, "\(errors)")
            return
        }
    }
}
