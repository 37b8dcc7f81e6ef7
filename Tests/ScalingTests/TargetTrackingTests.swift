import Scaling
import Testing

@Suite("Target tracking")
struct TargetTrackingTests {
    private func tracking(
        _ name: String = "a", _ metric: TargetTracking.Metric = .cpu, target: Int = 60, out: Int = 60,
        in: Int = 300
    ) throws(ScalingError) -> TargetTracking {
        try TargetTracking(
            name, metric, target: .whole(target), scaleOutCooldownSeconds: out, scaleInCooldownSeconds: `in`)
    }

    @Test("800 requests a second are rendered as 48,000: the metric counts per minute")
    func perMinute() throws {
        #expect(ScalingSettings().requestsPerTaskAndSecond == 800)
        let policies = try ScalingPolicies()
        for service in [ScaledService.publicSite, .confirmDesk] {
            let policy = try #require(
                policies.scaling(of: service).tracking.first { $0.metric == .requestsPerTaskAndMinute })
            #expect(policy.target == .whole(48_000))
        }
        let template = AutoscalingTemplate.document(policies)["Resources"]
        let target = template?["PublicRequestsPerTask"]?["Properties"]?[
            "TargetTrackingScalingPolicyConfiguration"]?["TargetValue"]
        #expect(target?.json == "48000")
    }

    @Test("a cooldown of zero or less is refused, whichever it is", arguments: [0, -60])
    func cooldown(seconds: Int) {
        for given in [(out: seconds, in: 300), (out: 60, in: seconds)] {
            let error = #expect(throws: ScalingError.self) { try tracking(out: given.out, in: given.in) }
            #expect(error?.code == .cooldownNotPositive)
        }
    }

    @Test("a target that can never be reached is refused", arguments: [0, -1, 101])
    func target(percent: Int) {
        let error = #expect(throws: ScalingError.self) { try tracking(target: percent) }
        #expect(error?.code == .targetNotPositive)
    }

    @Test("a target above 100 is right for what is no percentage")
    func noPercentage() throws {
        #expect(throws: Never.self) { try tracking("a", .visibleMessagesPerTask, target: 101) }
    }

    @Test("a name that resources cannot have is refused", arguments: ["", "A", "a b", "a/b", "a_b"])
    func name(name: String) {
        let error = #expect(throws: ScalingError.self) { try tracking(name) }
        #expect(error?.code == .badName)
    }
}
