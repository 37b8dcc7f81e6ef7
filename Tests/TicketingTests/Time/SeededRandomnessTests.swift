import Testing
import Ticketing
import TicketingTesting

@Suite("Seeded randomness")
struct SeededRandomnessTests {
    @Test("draws the same from the same seed and something else from another")
    func seeds() {
        let draws = { (seed: UInt64) in SeededRandomness(seed: seed).bytes(count: 40) }
        #expect(draws(1) == draws(1))
        #expect(draws(1) != draws(2))
        #expect(draws(1).count == 40)
    }

    @Test("spreads a range evenly and stays in it")
    func below() {
        let randomness = SeededRandomness(seed: 3)
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<6000 { counts[randomness.below(6)] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) }, "\(counts)")
        #expect((0..<100).allSatisfy { _ in randomness.below(1) == 0 })
    }

    @Test("draws an attempt that no other draw has")
    func attempts() {
        let randomness = SeededRandomness(seed: 4)
        #expect(Set((0..<1000).map { _ in randomness.attempt() }).count == 1000)
    }
}
