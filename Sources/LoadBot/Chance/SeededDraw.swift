/// Chance that can be told again: what is drawn for an arrival follows from the seed and the arrival's number alone,
/// so shards of a run draw together exactly what one run draws.
package struct SeededDraw: Sendable {
    private var state: UInt64

    package init(seed: UInt64, number: UInt64) {
        state = Self.mixed(seed) ^ Self.mixed(number &* 0xd134_2543_de82_ef95 &+ 0x2545_f491_4f6c_dd1d)
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// At least 0 and below 1.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// At least 0 and below `bound`.
    package mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "there is nothing to draw from")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
