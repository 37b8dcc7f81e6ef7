/// The plan as commands: what to run beforehand, and what afterwards.
package struct OnSaleCommands: Sendable {
    package enum Phase: String, Sendable { case before, after }

    package struct Step: Equatable, Sendable {
        package let phase: Phase
        package let what: String
        /// For a shell, on one line.
        package let line: String
    }

    package let steps: [Step]

    /// `up` and `down` say when the tasks come and when they may go, in UTC: `2027-03-01T00:30:00`.
    package init(
        _ plan: OnSalePlan, names: OnSaleNames, policies: ScalingPolicies, up: String, down: String
    ) throws(ScalingError) {
        try names.check()
        let raised = plan.tasks.map { tasks in
            Self.scheduled(
                tasks.service, names, "onsale-up", at: up, min: tasks.min, max: tasks.max,
                "Raises ticket-\(tasks.service.rawValue) to at least \(tasks.min) tasks at \(up) UTC")
        }
        let lowered = policies.services.map { scaling in
            Self.scheduled(
                scaling.service, names, "onsale-down", at: down, min: scaling.tasks.min,
                max: scaling.tasks.max,
                "Lets ticket-\(scaling.service.rawValue) shrink to \(scaling.tasks.min) again from \(down) UTC on"
            )
        }
        let aurora = Self.aurora(
            .before, names, plan.auroraHalfACUs, plan.auroraMaxHalfACUs, "Raises Aurora's floor")
        steps =
            raised + lowered + [aurora] + Self.table(plan, names) + [
                Self.balancer(
                    .before, names,
                    "--minimum-load-balancer-capacity CapacityUnits=\(plan.balancerCapacityUnits)",
                    "Reserves the balancer's capacity; it can take hours, and is paid while it stands"),
                Self.aurora(
                    .after, names, plan.standing.minHalfACUs, plan.standing.maxHalfACUs,
                    "Lowers Aurora's floor again"),
                Self.balancer(
                    .after, names, "--reset-capacity-reservation",
                    "Gives the balancer's capacity back; AWS takes two decreases a day"),
            ]
    }

    private static func scheduled(
        _ service: ScaledService, _ names: OnSaleNames, _ action: String, at moment: String, min: Int,
        max: Int, _ what: String
    ) -> Step {
        Step(
            phase: .before, what: what,
            line:
                "aws application-autoscaling put-scheduled-action --service-namespace ecs "
                + "--scalable-dimension ecs:service:DesiredCount "
                + "--resource-id service/\(names.cluster)/\(names.servicePrefix)-\(service.rawValue) "
                + "--scheduled-action-name \(action) --timezone UTC --schedule 'at(\(moment))' "
                + "--scalable-target-action MinCapacity=\(min),MaxCapacity=\(max)")
    }

    private static func aurora(
        _ phase: Phase, _ names: OnSaleNames, _ min: Int, _ max: Int, _ what: String
    ) -> Step {
        Step(
            phase: phase, what: what,
            line:
                "aws rds modify-db-cluster --db-cluster-identifier \(names.auroraCluster) "
                + "--serverless-v2-scaling-configuration MinCapacity=\(acu(min)),MaxCapacity=\(acu(max)) "
                + "--apply-immediately")
    }

    private static func acu(_ halves: Int) -> String { Document.decimal(thousandths: halves * 500).json }

    /// Nothing where it is warm enough: AWS takes no value that is lower, and none that changes nothing.
    private static func table(_ plan: OnSalePlan, _ names: OnSaleNames) -> [Step] {
        var changes: [String] = []
        if plan.warmsTable {
            changes.append(
                "--warm-throughput ReadUnitsPerSecond=\(plan.warmReadUnits),WriteUnitsPerSecond=\(plan.warmWriteUnits)"
            )
        }
        if plan.warmsIndex {
            // The index of open intents is written with the table, and a cold one would hold the table back.
            changes.append(
                "--global-secondary-index-updates 'Update={IndexName=open,WarmThroughput={"
                    + "ReadUnitsPerSecond=\(plan.standing.warmReadUnits),"
                    + "WriteUnitsPerSecond=\(plan.warmIndexWriteUnits)}}'")
        }
        guard !changes.isEmpty else { return [] }
        return [
            Step(
                phase: .before,
                what: "Warms the table; paid once, cannot be lowered again, and can take hours",
                line: "aws dynamodb update-table --table-name \(names.table) "
                    + changes.joined(separator: " "))
        ]
    }

    private static func balancer(
        _ phase: Phase, _ names: OnSaleNames, _ change: String, _ what: String
    ) -> Step {
        Step(
            phase: phase, what: what,
            line:
                "aws elbv2 modify-capacity-reservation --load-balancer-arn \"$(aws elbv2 describe-load-balancers "
                + "--names \(names.loadBalancer) --query 'LoadBalancers[0].LoadBalancerArn' --output text)\" \(change)"
        )
    }
}
