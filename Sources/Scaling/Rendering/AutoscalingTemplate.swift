/// The CloudFormation template that makes the policies: the step `06-autoscaling`.
package enum AutoscalingTemplate {
    package static func document(_ policies: ScalingPolicies) -> Document {
        [
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description":
                "Autoscaling of the three services. Rendered by `ticket policies render`; change Sources/Scaling, not this.",
            "Parameters": .members(parameters.map { .init(name: $0.name, value: parameter($0.meaning)) }),
            "Resources": .members(policies.services.flatMap(resources)),
        ]
    }

    /// The template's parameters, which the steps before this one know.
    package static let parameters: [(name: String, meaning: String)] =
        [("ClusterName", "Name of the ECS cluster")]
        + ScaledService.allCases.map {
            ("\($0.templateName)ServiceName", "Name of the ECS service of ticket-\($0.rawValue)")
        }
        + [("LoadBalancerFullName", "Full name of the load balancer, app/NAME/ID")]
        + ScaledService.allCases.filter(\.isBehindBalancer).map {
            (
                "\($0.templateName)TargetGroupFullName",
                "Full name of the target group of ticket-\($0.rawValue), targetgroup/NAME/ID"
            )
        }
        + [("QueueName", "Name of the FIFO queue that the worker drains")]

    private static func parameter(_ meaning: String) -> Document {
        ["Type": "String", "MinLength": 1, "Description": .text(meaning)]
    }

    private static func resources(_ scaling: ServiceScaling) -> [Document.Member] {
        let name = scaling.service.templateName
        let target = "\(name)Tasks"
        var resources = [Document.Member(name: target, value: scalableTarget(scaling))]
        for policy in scaling.tracking {
            resources.append(
                .init(
                    name: name + PolicyName.inTemplate(policy.name),
                    value: self.policy(
                        policy.name, scaling.service, target,
                        [
                            "PolicyType": "TargetTrackingScaling",
                            "TargetTrackingScalingPolicyConfiguration": PolicyDocuments.tracking(
                                policy, of: scaling.service),
                        ])))
        }
        for policy in scaling.steps {
            let resource = name + PolicyName.inTemplate(policy.name)
            resources.append(
                .init(
                    name: resource,
                    value: self.policy(
                        policy.name, scaling.service, target,
                        [
                            "PolicyType": "StepScaling",
                            "StepScalingPolicyConfiguration": PolicyDocuments.steps(policy),
                        ])))
            resources.append(.init(name: resource + "Alarm", value: alarm(policy, scaling.service, resource)))
        }
        return resources
    }

    private static func scalableTarget(_ scaling: ServiceScaling) -> Document {
        [
            "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
            "Properties": [
                "ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount",
                "ResourceId": .substituted(
                    "service/\(PolicyDocuments.Place.cluster)/\(PolicyDocuments.Place.service(scaling.service))"
                ),
                "MinCapacity": .number(scaling.tasks.min), "MaxCapacity": .number(scaling.tasks.max),
            ],
        ]
    }

    private static func policy(
        _ name: String, _ service: ScaledService, _ target: String, _ configuration: Document
    ) -> Document {
        [
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Properties":
                ([
                    "PolicyName": .substituted("\(PolicyDocuments.Place.service(service))-\(name)"),
                    "ScalingTargetId": .reference(target),
                ] as Document).adding(configuration),
        ]
    }

    private static func alarm(
        _ policy: StepScaling, _ service: ScaledService, _ resource: String
    ) -> Document {
        [
            "Type": "AWS::CloudWatch::Alarm",
            "Properties":
                ([
                    "AlarmName": .substituted(
                        "\(PolicyDocuments.Place.service(service))-scale-out-\(policy.name)"),
                    "AlarmDescription": .text(
                        "Not a page: it adds tasks of ticket-\(service.rawValue). See docs/operating.md#scaling"
                    ),
                ] as Document).adding(
                    PolicyDocuments.alarm(policy, of: service, action: .reference(resource))),
        ]
    }
}
