import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Runs of changed seats")
struct SeatRunsTests {
    /// As the API document tells a client to read them.
    private static func read(_ bytes: [UInt8]) -> [(index: Int, state: SeatAvailability)] {
        var changes: [(index: Int, state: SeatAvailability)] = []
        var position = 0
        var (number, shift) = (0, 0)
        for byte in bytes {
            number |= Int(byte & 0x7F) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            position += number >> 5
            for _ in 0...(number >> 2 & 7) {
                changes.append((position, SeatAvailability(rawValue: UInt8(number & 3))!))
                position += 1
            }
            (number, shift) = (0, 0)
        }
        return changes
    }

    @Test("say exactly what the pairs say", arguments: 0..<20)
    func roundTrip(_ seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        var changes: [(index: Int, state: SeatAvailability)] = []
        var index = 0
        for _ in 0..<chance.below(400) {
            index += chance.chance(70) ? 1 : 1 + chance.below(100_000)
            changes.append((index, chance.element(of: SeatAvailability.allCases)))
        }
        let read = Self.read(SeatRuns(changes).bytes)
        #expect(read.map(\.index) == changes.map(\.index))
        #expect(read.map(\.state) == changes.map(\.state))
    }

    @Test("are single bytes for what lies close by, and none for nothing")
    func bytes() {
        #expect(SeatRuns([]).bytes == [])
        #expect(SeatRuns([(0, .held)]).bytes == [0b000_01])
        #expect(SeatRuns([(1, .sold), (2, .sold), (3, .free)]).bytes == [0b1_001_10, 0b0_000_00])
        #expect(SeatRuns([(399_999, .sold)]).bytes == [0xE2, 0x9F, 0x8D, 0x06])
    }

    @Test("are never longer than three bits can say")
    func long() {
        let row = (10..<30).map { (index: $0, state: SeatAvailability.sold) }
        let runs = SeatRuns(row).bytes
        #expect(Self.read(runs).map(\.index) == Array(10..<30))
        #expect(runs.count == 2 + 1 + 1)
    }
}
