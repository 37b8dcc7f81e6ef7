import Scaling
import Testing

@Suite("Step scaling")
struct StepScalingTests {
    typealias Step = StepScaling.Step

    private func step(_ from: Int, _ to: Int?, _ percent: Int) -> Step {
        Step(from: .milliseconds(from), to: to.map { .milliseconds($0) }, growthPercent: percent)
    }

    private func code(
        _ steps: [Step], cooldown: Int = 60, above threshold: Int = 200, minutes: Int = 2, of: Int = 3
    ) -> ScalingError.Code? {
        do throws(ScalingError) {
            _ = try StepScaling(
                "a",
                when: .init(
                    .targetResponseTimeP95, above: .milliseconds(threshold), inMinutes: minutes, of: of),
                steps: steps, cooldownSeconds: cooldown)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("steps that follow each other, grow and have no end are right")
    func right() {
        #expect(code([step(200, nil, 20)]) == nil)
        #expect(code([step(200, 500, 20), step(500, nil, 50)]) == nil)
    }

    @Test("steps that overlap are refused")
    func overlap() {
        #expect(code([step(200, 600, 20), step(500, nil, 50)]) == .stepsOverlap)
        #expect(code([step(200, nil, 20), step(500, nil, 50)]) == .stepsOverlap)
    }

    @Test("a gap between steps is refused")
    func gap() { #expect(code([step(200, 400, 20), step(500, nil, 50)]) == .stepsLeaveGap) }

    @Test("a step that ends where it begins, or before, is refused")
    func empty() {
        #expect(code([step(200, 200, 20), step(200, nil, 50)]) == .stepEmpty)
        #expect(code([step(200, 100, 20), step(100, nil, 50)]) == .stepEmpty)
    }

    @Test("the first step begins where the alarm rings")
    func threshold() { #expect(code([step(300, nil, 20)]) == .firstStepOffThreshold) }

    @Test("the last step has no end: the worst is not left without an answer")
    func end() { #expect(code([step(200, 500, 20)]) == .lastStepEnds) }

    @Test("no steps, and more than AWS takes, are refused")
    func count() {
        #expect(code([]) == .noSteps)
        let many = (0..<21).map { step(200 + $0 * 10, $0 == 20 ? nil : 210 + $0 * 10, $0 + 1) }
        #expect(code(many) == .tooManySteps)
        #expect(code(many.dropFirst().enumerated().map { $1 }, above: 210) == nil)
    }

    @Test("a step that adds nothing, or no more than the one before, is refused")
    func growth() {
        #expect(code([step(200, nil, 0)]) == .changeNotPositive)
        #expect(code([step(200, nil, -20)]) == .changeNotPositive)
        #expect(code([step(200, 500, 20), step(500, nil, 20)]) == .stepsDoNotGrow)
    }

    @Test("a cooldown of zero is refused")
    func cooldown() { #expect(code([step(200, nil, 20)], cooldown: 0) == .cooldownNotPositive) }

    @Test("an alarm that cannot ring, or never ends, is refused")
    func alarm() {
        #expect(code([step(200, nil, 20)], minutes: 0) == .badAlarm)
        #expect(code([step(200, nil, 20)], minutes: 4) == .badAlarm)
        #expect(code([step(0, nil, 20)], above: 0) == .badAlarm)
    }
}
