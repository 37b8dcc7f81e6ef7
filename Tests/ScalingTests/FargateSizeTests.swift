import Scaling
import Testing

@Suite("Sizes of Fargate tasks")
struct FargateSizeTests {
    @Test(
        "pairs that exist are taken",
        arguments: [
            (256, 512), (256, 2_048), (512, 1_024), (512, 4_096), (1_024, 2_048), (1_024, 8_192),
            (2_048, 4_096),
            (2_048, 16_384), (4_096, 8_192), (4_096, 30_720), (8_192, 16_384), (8_192, 61_440),
            (16_384, 32_768),
            (16_384, 122_880),
        ])
    func pairs(cpu: Int, memory: Int) throws {
        #expect(try FargateSize(cpuUnits: cpu, memoryMiB: memory).memoryMiB == memory)
    }

    @Test(
        "pairs that do not exist are refused",
        arguments: [
            (256, 4_096), (256, 1_536), (512, 512), (512, 9_000), (1_024, 1_024), (1_024, 9_216),
            (2_048, 2_048),
            (4_096, 4_096), (4_096, 31_744), (8_192, 20_000), (8_192, 18_432), (16_384, 36_864), (300, 512),
            (0, 0),
        ])
    func others(cpu: Int, memory: Int) {
        let error = #expect(throws: ScalingError.self) { try FargateSize(cpuUnits: cpu, memoryMiB: memory) }
        #expect(error?.code == .noSuchSize)
    }
}
