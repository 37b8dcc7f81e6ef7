/// The square of modules, and which of them are patterns that no mask may touch.
struct QRGrid {
    let size: Int
    private(set) var modules: [Bool]
    private var isPattern: [Bool]

    /// The patterns that every code of this version has; room for format and data is left light.
    init(version: QRVersion) {
        size = version.size
        modules = [Bool](repeating: false, count: size * size)
        isPattern = modules
        drawTiming()
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawFinder(row, column) }
        drawAlignment(version.alignment)
        if version.number >= 7 { drawVersion(version.number) }
        drawFormat(bits: 0)
    }

    subscript(row: Int, column: Int) -> Bool { modules[row * size + column] }

    // MARK: Patterns

    private mutating func draw(_ isDark: Bool, _ row: Int, _ column: Int) {
        guard 0..<size ~= row, 0..<size ~= column else { return }
        modules[row * size + column] = isDark
        isPattern[row * size + column] = true
    }

    private mutating func drawTiming() {
        for index in 0..<size {
            draw(index.isMultiple(of: 2), 6, index)
            draw(index.isMultiple(of: 2), index, 6)
        }
    }

    /// The three large corner squares, with the light line around them.
    private mutating func drawFinder(_ row: Int, _ column: Int) {
        for down in -4...4 {
            for right in -4...4 {
                let ring = max(abs(down), abs(right))
                draw(ring != 2 && ring != 4, row + down, column + right)
            }
        }
    }

    private mutating func drawAlignment(_ centres: [Int]) {
        for row in centres {
            for column in centres {
                // Three of the corners are taken by the large squares.
                let isTaken =
                    (row == 6 && column == 6) || (row == 6 && column == size - 7)
                    || (row == size - 7 && column == 6)
                guard !isTaken else { continue }
                for down in -2...2 {
                    for right in -2...2 { draw(max(abs(down), abs(right)) != 1, row + down, column + right) }
                }
            }
        }
    }

    private mutating func drawVersion(_ number: Int) {
        var remainder = number
        for _ in 0..<12 { remainder = remainder << 1 ^ (remainder >> 11) * 0x1F25 }
        let bits = number << 12 | remainder
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            draw(isDark, index / 3, size - 11 + index % 3)
            draw(isDark, size - 11 + index % 3, index / 3)
        }
    }

    /// The format stands twice, so that one damaged corner does not lose it.
    private mutating func drawFormat(bits: Int) {
        func isDark(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0..<6 { draw(isDark(index), index, 8) }
        draw(isDark(6), 7, 8)
        draw(isDark(7), 8, 8)
        draw(isDark(8), 8, 7)
        for index in 9..<15 { draw(isDark(index), 8, 14 - index) }
        for index in 0..<8 { draw(isDark(index), 8, size - 1 - index) }
        for index in 8..<15 { draw(isDark(index), size - 15 + index, 8) }
        draw(true, size - 8, 8)
    }

    // MARK: Data

    /// Lays the bits out in pairs of columns from the right, up and down in turn.
    mutating func place(_ codewords: [UInt8]) {
        var bit = 0
        var isUpward = true
        for right in stride(from: size - 1, through: 1, by: -2) {
            // The column of the timing pattern is left out whole.
            let right = right <= 6 ? right - 1 : right
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1]
                where !isPattern[row * size + column] && bit < codewords.count * 8 {
                    modules[row * size + column] = codewords[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                    bit += 1
                }
            }
            isUpward.toggle()
        }
    }

    /// The same code under this mask, with the format that says so.
    func masked(by mask: QRMask) -> QRGrid {
        var grid = self
        for row in 0..<size {
            for column in 0..<size where !isPattern[row * size + column] && mask.inverts(row, column) {
                grid.modules[row * size + column].toggle()
            }
        }
        grid.drawFormat(bits: mask.formatBits)
        return grid
    }
}
