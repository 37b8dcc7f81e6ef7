import Ticketing

/// Two bits a seat in map order, four seats a byte, the first in the lowest bits.
struct PackedStates: Equatable, Sendable {
    let count: Int
    private(set) var bytes: [UInt8]

    /// All free.
    init(count: Int) {
        self.count = count
        bytes = [UInt8](repeating: 0, count: (count + 3) / 4)
    }

    /// Nil when there are not as many bytes as the seats need, or the rest of the last one is not empty.
    init?(count: Int, bytes: [UInt8]) {
        guard bytes.count == (count + 3) / 4 else { return nil }
        if count % 4 != 0, let last = bytes.last, last >> (2 * UInt8(count % 4)) != 0 { return nil }
        self.count = count
        self.bytes = bytes
    }

    subscript(index: Int) -> SeatAvailability {
        get {
            precondition(index < count, "there are only \(count) seats")
            // Two bits have four values, and each is a state.
            return SeatAvailability(rawValue: bytes[index >> 2] >> (2 * UInt8(index & 3)) & 3)!
        }
        set {
            precondition(index < count, "there are only \(count) seats")
            let shift = 2 * UInt8(index & 3)
            bytes[index >> 2] = bytes[index >> 2] & ~(3 << shift) | newValue.rawValue << shift
        }
    }

    /// The seats whose state is another one here, lowest first; both have the same seats.
    func indices(differingFrom other: PackedStates) -> [Int] {
        precondition(count == other.count, "states of two maps cannot be compared")
        var indices: [Int] = []
        bytes.withUnsafeBytes { mine in
            other.bytes.withUnsafeBytes { theirs in
                var offset = 0
                while offset < mine.count {
                    // Most of a house is the same from one second to the next: eight bytes at a time.
                    if offset + 8 <= mine.count,
                        mine.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                            == theirs.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    {
                        offset += 8
                        continue
                    }
                    let different = mine[offset] ^ theirs[offset]
                    if different != 0 {
                        for seat in 0..<4 where different >> (2 * UInt8(seat)) & 3 != 0 {
                            indices.append(4 * offset + seat)
                        }
                    }
                    offset += 1
                }
            }
        }
        return indices
    }
}
