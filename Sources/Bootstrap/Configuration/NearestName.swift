/// Finds the name that somebody probably meant.
enum NearestName {
    /// The closest of the names, or nil when none is close enough to be meant.
    static func of(_ name: String, among names: [String]) -> String? {
        let distances = names.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        // A third of the letters wrong is another word.
        return nearest.distance <= max(2, name.utf8.count / 3) ? nearest.name : nil
    }

    /// How many letters must be put in, taken out, replaced or swapped with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        // Names are short; a longer one is not a name, and the table stays small.
        guard max(left.count, right.count) <= 64 else { return .max }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, leftByte) in left.enumerated() {
            var current = [row + 1]
            for (column, rightByte) in right.enumerated() {
                var best = min(
                    previous[column] + (leftByte == rightByte ? 0 : 1), previous[column + 1] + 1,
                    current[column] + 1)
                if row > 0, column > 0, leftByte == right[column - 1], left[row - 1] == rightByte {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
