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
        let now = Timestamp(msSinceEpoch: 1_790_000_000_000)
        #expect(Set((0..<1000).map { _ in randomness.attempt(at: now) }).count == 1000)
    }

    @Test("draws attempts of one moment so that they stand side by side, and later ones behind them")
    func attemptsInOrder() {
        let randomness = SeededRandomness(seed: 5)
        // A moment at which the two bytes of time do not come round.
        let start = Timestamp(msSinceEpoch: 32 * 65_536 * 800_000)
        let moments = stride(from: 0, to: 60_000, by: 32).map { start.adding(ms: Int64($0)) }
        let firsts = moments.map { moment in
            let prefixes = Set((0..<20).map { _ in Array(randomness.attempt(at: moment).bytes.prefix(2)) })
            #expect(prefixes.count == 1)
            return prefixes.first ?? []
        }
        #expect(zip(firsts, firsts.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }

    @Test("draws all other bits of an attempt by chance")
    func attemptsByChance() {
        let randomness = SeededRandomness(seed: 6)
        let now = Timestamp(msSinceEpoch: 1_790_000_000_000)
        var ones = [Int](repeating: 0, count: 128)
        for _ in 0..<2_000 {
            for (index, byte) in randomness.attempt(at: now).bytes.enumerated() {
                for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { ones[index * 8 + bit] += 1 }
            }
        }
        #expect(ones[16...].allSatisfy { (850...1_150).contains($0) }, "\(ones)")
    }
}
