import Ticketing

/// Changed seats as runs of neighbours with the same new state: what a party bought is one run.
///
/// A run is one number, seven bits a byte, the lowest first and the eighth bit set where another byte follows: the
/// state in the lowest two bits, how many seats less one in the next three, and above them the distance from the
/// seat behind the run before. 100 parties in 50,000 seats take some 240 bytes.
struct SeatRuns {
    /// Three bits' worth; a longer row of seats is several runs.
    static let maxLength = 8

    private(set) var bytes: [UInt8] = []

    /// Lowest first.
    init(_ changes: [(index: Int, state: SeatAvailability)]) {
        var position = 0
        var next = 0
        while next < changes.count {
            let (first, state) = changes[next]
            var length = 1
            while length < Self.maxLength, next + length < changes.count,
                changes[next + length].index == first + length, changes[next + length].state == state
            { length += 1 }
            append(UInt64(first - position) << 5 | UInt64(length - 1) << 2 | UInt64(state.rawValue))
            position = first + length
            next += length
        }
    }

    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
