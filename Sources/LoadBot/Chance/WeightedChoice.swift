/// One of several by weight.
package struct WeightedChoice<Value: Sendable>: Sendable {
    private let values: [Value]
    private let sums: [Double]

    /// At least one weight is above 0.
    package init(_ weighted: [(Value, Double)]) {
        var sum = 0.0
        var values: [Value] = []
        var sums: [Double] = []
        for (value, weight) in weighted where weight > 0 {
            sum += weight
            values.append(value)
            sums.append(sum)
        }
        precondition(sum > 0, "no weight is above 0")
        self.values = values
        self.sums = sums
    }

    package func draw(_ draw: inout SeededDraw) -> Value {
        let place = draw.unit() * sums[sums.count - 1]
        for index in sums.indices where place < sums[index] { return values[index] }
        return values[values.count - 1]
    }
}
