/// From the bytes of a text to the codewords that stand in the code.
enum QRCodewords {
    /// Data and error correction of all blocks, in the order in which they are placed.
    static func interleaved(_ bytes: [UInt8], version: QRVersion) -> [UInt8] {
        let data = data(bytes, version: version)
        let code = ReedSolomon(correctionCount: version.correctionCount)
        var blocks: [[UInt8]] = []
        var start = 0
        for count in version.blocks {
            blocks.append(Array(data[start..<start + count]))
            start += count
        }
        let corrections = blocks.map(code.remainder)
        // Neighbours in the code belong to different blocks, so that a scratch costs each of them a little.
        return taken(inTurnFrom: blocks) + taken(inTurnFrom: corrections)
    }

    /// Mode, length, bytes, terminator, and padding up to the version's capacity.
    private static func data(_ bytes: [UInt8], version: QRVersion) -> [UInt8] {
        var bits: [Bool] = []
        bits.reserveCapacity(version.dataCount * 8)
        func append(_ value: Int, count: Int) {
            for shift in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> shift & 1 == 1) }
        }
        append(0b0100, count: 4)
        append(bytes.count, count: version.lengthBits)
        for byte in bytes { append(Int(byte), count: 8) }
        append(0, count: min(4, version.dataCount * 8 - bits.count))
        append(0, count: (8 - bits.count % 8) % 8)

        var data = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        var padding: UInt8 = 0xEC
        while data.count < version.dataCount {
            data.append(padding)
            padding ^= 0xEC ^ 0x11
        }
        return data
    }

    private static func taken(inTurnFrom blocks: [[UInt8]]) -> [UInt8] {
        let longest = blocks.map(\.count).max() ?? 0
        return (0..<longest).flatMap { index in
            blocks.compactMap { index < $0.count ? $0[index] : nil }
        }
    }
}
