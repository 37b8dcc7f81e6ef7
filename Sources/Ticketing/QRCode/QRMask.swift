/// The eight patterns that may be laid over the data.
enum QRMask: Int, CaseIterable {
    case chequered, rows, columns, diagonals, blocks, crosses, flowers, weave

    func inverts(_ row: Int, _ column: Int) -> Bool {
        switch self {
        case .chequered: (row + column) % 2 == 0
        case .rows: row % 2 == 0
        case .columns: column % 3 == 0
        case .diagonals: (row + column) % 3 == 0
        case .blocks: (row / 2 + column / 3) % 2 == 0
        case .crosses: row * column % 2 + row * column % 3 == 0
        case .flowers: (row * column % 2 + row * column % 3) % 2 == 0
        case .weave: ((row + column) % 2 + row * column % 3) % 2 == 0
        }
    }

    /// Level M and this mask as 15 bits with their own error correction.
    var formatBits: Int {
        // Level M is 00, so the five bits of data are the mask's number.
        var remainder = rawValue
        for _ in 0..<10 { remainder = remainder << 1 ^ (remainder >> 9) * 0x537 }
        return (rawValue << 10 | remainder) ^ 0x5412
    }
}
