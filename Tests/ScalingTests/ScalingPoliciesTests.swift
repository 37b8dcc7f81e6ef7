import Scaling
import Testing

@Suite("The policies of the services")
struct ScalingPoliciesTests {
    @Test("an API service follows CPU at 60 percent and grows by a fifth when p95 is above 200 ms")
    func api() throws {
        for service in [ScaledService.publicSite, .confirmDesk] {
            let scaling = try ScalingPolicies().scaling(of: service)
            #expect(scaling.service == service)
            #expect(scaling.tracking.contains { $0.metric == .cpu && $0.target == .whole(60) })
            let steps = try #require(scaling.steps.first)
            #expect(steps.trigger.metric == .targetResponseTimeP95)
            #expect(steps.trigger.threshold == .milliseconds(200))
            #expect(steps.steps.first?.growthPercent == 20)
            #expect((steps.steps.last?.growthPercent ?? 0) > 20)
        }
    }

    @Test("the worker follows what waits for each task, and the age of the oldest message")
    func worker() throws {
        let scaling = try ScalingPolicies().scaling(of: .orderWorker)
        #expect(scaling.tracking.map(\.metric) == [.visibleMessagesPerTask])
        #expect(scaling.steps.map(\.trigger.metric) == [.ageOfOldestMessage])
    }

    @Test("two policies of one service with one name are refused")
    func names() throws {
        let policy = try TargetTracking(
            "a", .cpu, target: .whole(1), scaleOutCooldownSeconds: 1, scaleInCooldownSeconds: 1)
        let error = #expect(throws: ScalingError.self) {
            try ServiceScaling(
                .publicSite, tasks: try TaskRange(min: 1, max: 2), tracking: [policy, policy], steps: [])
        }
        #expect(error?.code == .nameTwice)
    }

    @Test("a setting changes what is rendered")
    func setting() throws {
        var settings = ScalingSettings()
        settings.requestsPerTaskAndSecond = 1_000
        settings.publicTasks = (7, 9)
        let files = ScalingFiles.render(try ScalingPolicies(settings))
        #expect(files != ScalingFiles.render(try ScalingPolicies()))
        let file = try #require(files.first { $0.path == "tasks/scaling-public.json" })
        #expect(file.text.contains("\"minTasks\": 7") && file.text.contains("\"TargetValue\": 60000"))
    }
}
