/// The error correction of QR codes: polynomials over the field of 256 elements with x⁸+x⁴+x³+x²+1.
struct ReedSolomon {
    /// The generator polynomial without its leading one, highest power first.
    private let generator: [UInt8]

    init(correctionCount: Int) {
        var generator = [UInt8](repeating: 0, count: correctionCount)
        generator[correctionCount - 1] = 1
        // The product of (x - 2^i), one factor after another.
        var root: UInt8 = 1
        for _ in 0..<correctionCount {
            for index in 0..<correctionCount {
                generator[index] = Self.product(generator[index], root)
                if index + 1 < correctionCount { generator[index] ^= generator[index + 1] }
            }
            root = Self.product(root, 2)
        }
        self.generator = generator
    }

    /// The codewords that make data and correction together divisible by the generator.
    func remainder(_ data: [UInt8]) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: generator.count)
        for byte in data {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for index in generator.indices { remainder[index] ^= Self.product(generator[index], factor) }
        }
        return remainder
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product: UInt8 = 0
        for bit in stride(from: 7, through: 0, by: -1) {
            product = (product << 1) ^ (product >> 7 == 1 ? 0x1D : 0)
            if right >> UInt8(bit) & 1 == 1 { product ^= left }
        }
        return product
    }
}
