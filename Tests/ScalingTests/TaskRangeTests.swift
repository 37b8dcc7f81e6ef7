import Scaling
import Testing

@Suite("How many tasks")
struct TaskRangeTests {
    @Test("a minimum above the maximum is refused")
    func minAboveMax() {
        #expect(throws: ScalingError(.minAboveMax, "the minimum of 4 tasks is above the maximum of 3")) {
            try TaskRange(min: 4, max: 3)
        }
        #expect(throws: Never.self) { try TaskRange(min: 3, max: 3) }
    }

    @Test("a service cannot be scaled to nothing", arguments: [0, -1])
    func nothing(min: Int) {
        #expect(throws: ScalingError.self) { try TaskRange(min: min, max: 3) }
    }

    @Test("settings that cannot be render nothing, and say which service")
    func ofASetting() throws {
        var settings = ScalingSettings()
        settings.workerTasks = (9, 3)
        let error = try #require(throws: ScalingError.self) { try ScalingPolicies(settings) }
        #expect(error.code == .minAboveMax)
        #expect(error.message.hasPrefix("worker: "))
    }
}
