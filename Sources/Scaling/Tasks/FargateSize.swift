/// CPU and memory of a task. Fargate has certain pairs and no others.
package struct FargateSize: Equatable, Sendable {
    /// 1,024 are one virtual CPU.
    package let cpuUnits: Int
    package let memoryMiB: Int

    package init(cpuUnits: Int, memoryMiB: Int) throws(ScalingError) {
        guard let memory = Self.memoryMiB(cpuUnits: cpuUnits) else {
            throw ScalingError(
                .noSuchSize,
                "Fargate has no task with \(cpuUnits) CPU units: it has \(Self.cpuUnits.map(String.init).joined(separator: ", "))"
            )
        }
        guard memory.contains(memoryMiB) else {
            throw ScalingError(
                .noSuchSize,
                "Fargate gives a task with \(cpuUnits) CPU units \(memory.first ?? 0) to \(memory.last ?? 0) MiB, not "
                    + "\(memoryMiB)")
        }
        self.cpuUnits = cpuUnits
        self.memoryMiB = memoryMiB
    }

    package static let cpuUnits = [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384]

    /// What may stand beside so much CPU; nil when there is no such CPU.
    package static func memoryMiB(cpuUnits: Int) -> [Int]? {
        switch cpuUnits {
        case 256: [512, 1_024, 2_048]
        case 512: gibibytes(1...4)
        case 1_024: gibibytes(2...8)
        case 2_048: gibibytes(4...16)
        case 4_096: gibibytes(8...30)
        case 8_192: gibibytes(16...60, step: 4)
        case 16_384: gibibytes(32...120, step: 8)
        default: nil
        }
    }

    private static func gibibytes(_ range: ClosedRange<Int>, step: Int = 1) -> [Int] {
        stride(from: range.lowerBound, through: range.upperBound, by: step).map { $0 * 1_024 }
    }
}
