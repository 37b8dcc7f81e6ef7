/// The scaling of all services: the one place that says it. Templates, tests and whoever simulates a sale read it
/// from here.
package struct ScalingPolicies: Equatable, Sendable {
    package let services: [ServiceScaling]

    package init(_ settings: ScalingSettings = ScalingSettings()) throws(ScalingError) {
        services = [
            try Self.api(.publicSite, settings), try Self.api(.confirmDesk, settings),
            try Self.worker(settings),
        ]
    }

    package func scaling(of service: ScaledService) -> ServiceScaling {
        services[ScaledService.allCases.firstIndex(of: service)!]
    }

    /// Tasks come within a minute when they are needed and go slowly: a sale's second wave is often minutes away.
    private static let outSeconds = 60
    private static let inSeconds = 300

    private static func api(
        _ service: ScaledService, _ settings: ScalingSettings
    ) throws(ScalingError) -> ServiceScaling {
        try ServiceScaling(
            service, tasks: settings.range(of: service),
            tracking: [
                TargetTracking(
                    "cpu", .cpu, target: .whole(60), scaleOutCooldownSeconds: outSeconds,
                    scaleInCooldownSeconds: inSeconds),
                .requests(
                    "requests-per-task", perTaskAndSecond: settings.requestsPerTaskAndSecond,
                    scaleOutCooldownSeconds: outSeconds, scaleInCooldownSeconds: inSeconds),
            ],
            steps: [
                StepScaling(
                    "response-time",
                    when: .init(.targetResponseTimeP95, above: .milliseconds(200), inMinutes: 2, of: 3),
                    steps: [
                        .init(from: .milliseconds(200), to: .milliseconds(500), growthPercent: 20),
                        .init(from: .milliseconds(500), to: .milliseconds(1_000), growthPercent: 50),
                        .init(from: .milliseconds(1_000), to: nil, growthPercent: 100),
                    ], cooldownSeconds: outSeconds)
            ])
    }

    /// Its CPU says little: it mostly waits for the gateway. What waits for it says all.
    private static func worker(_ settings: ScalingSettings) throws(ScalingError) -> ServiceScaling {
        try ServiceScaling(
            .orderWorker, tasks: settings.range(of: .orderWorker),
            tracking: [
                TargetTracking(
                    "backlog-per-task", .visibleMessagesPerTask, target: .whole(settings.backlogPerTask),
                    scaleOutCooldownSeconds: outSeconds, scaleInCooldownSeconds: inSeconds)
            ],
            steps: [
                // A hold lasts ten minutes: what waits for five will soon be sold to somebody else.
                StepScaling(
                    "oldest-message",
                    when: .init(.ageOfOldestMessage, above: .seconds(30), inMinutes: 1, of: 1),
                    steps: [
                        .init(from: .seconds(30), to: .seconds(60), growthPercent: 50),
                        .init(from: .seconds(60), to: .seconds(300), growthPercent: 100),
                        .init(from: .seconds(300), to: nil, growthPercent: 200),
                    ], cooldownSeconds: outSeconds)
            ])
    }
}
