import Scaling
import Testing

@Suite("The autoscaling template")
struct AutoscalingTemplateTests {
    private let template: Document

    init() throws { template = AutoscalingTemplate.document(try ScalingPolicies()) }

    private var resources: [Document.Member] {
        guard case .members(let members)? = template["Resources"] else { return [] }
        return members
    }

    private func ofType(_ type: String) -> [Document.Member] {
        resources.filter { $0.value["Type"] == .text("AWS::" + type) }
    }

    @Test("every service has a target, every policy one of these targets, every alarm a policy that steps")
    func attached() {
        let targets = ofType("ApplicationAutoScaling::ScalableTarget").map(\.name)
        #expect(targets == ["PublicTasks", "ConfirmTasks", "WorkerTasks"])
        let policies = ofType("ApplicationAutoScaling::ScalingPolicy")
        #expect(policies.count == 8)
        for policy in policies {
            guard case .reference(let target)? = policy.value["Properties"]?["ScalingTargetId"] else {
                Issue.record("\(policy.name) has no target")
                continue
            }
            #expect(targets.contains(target))
        }
        let stepping = Set(
            policies.filter { $0.value["Properties"]?["PolicyType"] == "StepScaling" }.map(\.name))
        let alarms = ofType("CloudWatch::Alarm")
        #expect(alarms.count == 3)
        for alarm in alarms {
            guard case .list(let actions)? = alarm.value["Properties"]?["AlarmActions"],
                case .reference(let policy)? = actions.first
            else {
                Issue.record("\(alarm.name) sets off nothing")
                continue
            }
            #expect(stepping.contains(policy))
        }
    }

    @Test("every name in braces is a parameter, and every parameter is used")
    func parameters() {
        let text = template["Resources"]?.json ?? ""
        let used = Set(TaskDefinition.placeholders(in: text))
        #expect(used == Set(AutoscalingTemplate.parameters.map(\.name)))
    }

    @Test("steps are counted from the alarm's threshold, in seconds, without rounding")
    func offsets() throws {
        let steps = try #require(
            resources.first { $0.name == "PublicResponseTime" }?.value["Properties"]?[
                "StepScalingPolicyConfiguration"]?["StepAdjustments"])
        #expect(
            steps.json
                == #"[{"MetricIntervalLowerBound":0,"MetricIntervalUpperBound":0.3,"ScalingAdjustment":20},"#
                + #"{"MetricIntervalLowerBound":0.3,"MetricIntervalUpperBound":0.8,"ScalingAdjustment":50},"#
                + #"{"MetricIntervalLowerBound":0.8,"ScalingAdjustment":100}]"#)
    }

    @Test("the worker's target is messages divided by tasks, and one task stands in while none is counted")
    func backlog() {
        let metrics = resources.first { $0.name == "WorkerBacklogPerTask" }?.value["Properties"]?[
            "TargetTrackingScalingPolicyConfiguration"]?["CustomizedMetricSpecification"]?["Metrics"]
        let text = metrics?.json ?? ""
        #expect(text.contains("visible / IF(FILL(running, 0) > 0, running, 1)"))
        #expect(text.contains("ApproximateNumberOfMessagesVisible") && text.contains("RunningTaskCount"))
    }
}
