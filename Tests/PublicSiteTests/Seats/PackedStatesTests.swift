import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Packed states")
struct PackedStatesTests {
    /// The contract read literally: seat after seat, the first in the lowest bits.
    private static func naive(_ states: [SeatAvailability]) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: states.count, by: 4) {
            var byte = 0
            for (place, state) in states[start..<min(start + 4, states.count)].enumerated() {
                byte += Int(state.rawValue) * [1, 4, 16, 64][place]
            }
            bytes.append(UInt8(byte))
        }
        return bytes
    }

    @Test("packing says the same as a literal reading of the contract, for any number of seats")
    func againstNaive() {
        let chance = SeededRandomness(seed: 1)
        for _ in 0..<2_000 {
            let states = (0..<chance.below(70)).map { _ in chance.element(of: SeatAvailability.allCases) }
            var packed = PackedStates(count: states.count)
            var order = SeededRandomness(seed: chance.next())
            for index in states.indices.shuffled(using: &order) {
                packed[index] = chance.element(of: SeatAvailability.allCases)
                packed[index] = states[index]
            }
            #expect(packed.bytes == Self.naive(states))
            #expect(states.indices.allSatisfy { packed[$0] == states[$0] })
            #expect(PackedStates(count: states.count, bytes: packed.bytes) == packed)
        }
    }

    @Test("the seats that differ are found, all of them and no other")
    func differing() {
        let chance = SeededRandomness(seed: 2)
        for _ in 0..<1_000 {
            var old = PackedStates(count: 1 + chance.below(200))
            for index in 0..<old.count { old[index] = chance.element(of: SeatAvailability.allCases) }
            var new = old
            for _ in 0..<chance.below(6) {
                new[chance.below(new.count)] = chance.element(of: SeatAvailability.allCases)
            }
            #expect(new.indices(differingFrom: old) == (0..<old.count).filter { old[$0] != new[$0] })
        }
    }

    @Test("bytes that do not fit the seats are no states")
    func wrongBytes() {
        #expect(PackedStates(count: 5, bytes: [0]) == nil)
        #expect(PackedStates(count: 5, bytes: [0, 0, 0]) == nil)
        #expect(PackedStates(count: 5, bytes: [0, 0b100]) == nil)
        #expect(PackedStates(count: 5, bytes: [0xFF, 0b11]) != nil)
    }
}
