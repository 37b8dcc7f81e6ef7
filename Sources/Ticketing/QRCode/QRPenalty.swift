/// How hard a code is to read, as the standard counts it; the mask with the lowest sum is taken.
enum QRPenalty {
    static func of(_ grid: QRGrid) -> Int {
        var penalty = blocks(grid) + balance(grid)
        for index in 0..<grid.size {
            penalty += line((0..<grid.size).map { grid[index, $0] })
            penalty += line((0..<grid.size).map { grid[$0, index] })
        }
        return penalty
    }

    /// Runs of five or more of one colour, and what looks like a piece of a corner square.
    private static func line(_ modules: [Bool]) -> Int {
        var penalty = 0
        var run = 0
        for (index, module) in modules.enumerated() {
            run = index > 0 && modules[index - 1] == module ? run + 1 : 1
            if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
        }
        let finder = [true, false, true, true, true, false, true]
        let light = [false, false, false, false]
        for start in 0...(modules.count - 11) {
            let window = modules[start..<start + 11]
            if window.elementsEqual(finder + light) || window.elementsEqual(light + finder) { penalty += 40 }
        }
        return penalty
    }

    /// Squares of two by two of one colour.
    private static func blocks(_ grid: QRGrid) -> Int {
        var penalty = 0
        for row in 1..<grid.size {
            for column in 1..<grid.size {
                let colour = grid[row, column]
                let isBlock =
                    grid[row - 1, column] == colour && grid[row, column - 1] == colour
                    && grid[row - 1, column - 1] == colour
                if isBlock { penalty += 3 }
            }
        }
        return penalty
    }

    /// Ten for each full 5 % by which the dark modules are more or fewer than half.
    private static func balance(_ grid: QRGrid) -> Int {
        let dark = grid.modules.count { $0 }
        let total = grid.modules.count
        return abs(dark * 20 - total * 10) / total * 10
    }
}
