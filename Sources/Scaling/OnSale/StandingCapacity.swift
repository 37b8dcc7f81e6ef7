/// What stands every day, as `env.sh` says it: a plan never asks for less, and goes back to it afterwards.
package struct StandingCapacity: Equatable, Sendable {
    /// Aurora's range, in halves of a unit.
    package var minHalfACUs = 2
    package var maxHalfACUs = 128
    /// What the table and its index are warm for. AWS raises it and never lowers it.
    package var warmReadUnits = Self.leastReadUnits
    package var warmWriteUnits = Self.leastWriteUnits

    /// What an on-demand table can do from its first minute.
    package static let leastReadUnits = 12_000
    package static let leastWriteUnits = 4_000
    /// The most that one writer of Aurora can have.
    package static let mostHalfACUs = 512

    package init() {}

    func check() throws(ScalingError) {
        guard 1...maxHalfACUs ~= minHalfACUs, maxHalfACUs <= Self.mostHalfACUs else {
            throw ScalingError(
                .badForecast, "Aurora's usual range must be from 0.5 to 256 ACU, the smaller number first")
        }
        guard warmReadUnits >= Self.leastReadUnits, warmWriteUnits >= Self.leastWriteUnits else {
            throw ScalingError(
                .badForecast,
                "no table is warm for less than \(Self.leastReadUnits) reads and \(Self.leastWriteUnits) writes"
            )
        }
    }
}
