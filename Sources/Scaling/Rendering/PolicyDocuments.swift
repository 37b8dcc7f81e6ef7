/// Policies in the words of application autoscaling, and the alarms that set off the steps.
enum PolicyDocuments {
    /// How target and alarm find their metric; `${…}` are the template's parameters.
    enum Place {
        static func service(_ service: ScaledService) -> String { "${\(service.templateName)ServiceName}" }
        static func targetGroup(_ service: ScaledService) -> String {
            "${\(service.templateName)TargetGroupFullName}"
        }
        static let cluster = "${ClusterName}"
        static let balancer = "${LoadBalancerFullName}"
        static let queue = "${QueueName}"
    }

    static func tracking(_ policy: TargetTracking, of service: ScaledService) -> Document {
        let metric: Document =
            switch policy.metric {
            case .cpu:
                ["PredefinedMetricSpecification": ["PredefinedMetricType": "ECSServiceAverageCPUUtilization"]]
            case .requestsPerTaskAndMinute:
                [
                    "PredefinedMetricSpecification": [
                        "PredefinedMetricType": "ALBRequestCountPerTarget",
                        "ResourceLabel": .substituted("\(Place.balancer)/\(Place.targetGroup(service))"),
                    ]
                ]
            case .visibleMessagesPerTask: ["CustomizedMetricSpecification": ["Metrics": backlog(of: service)]]
            }
        return
            ([
                "TargetValue": .decimal(thousandths: policy.target.thousandths),
                "ScaleOutCooldown": .number(policy.scaleOutCooldownSeconds),
                "ScaleInCooldown": .number(policy.scaleInCooldownSeconds),
            ] as Document).adding(metric)
    }

    /// Messages divided by tasks. While no task is counted, one stands in: a backlog with nobody there must grow
    /// the service and not divide by nothing.
    private static func backlog(of service: ScaledService) -> Document {
        [
            [
                "Id": "backlog", "Label": "Visible messages for each running task",
                "Expression": "visible / IF(FILL(running, 0) > 0, running, 1)", "ReturnData": true,
            ],
            [
                "Id": "visible",
                "MetricStat": [
                    "Metric": [
                        "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible",
                        "Dimensions": [["Name": "QueueName", "Value": .substituted(Place.queue)]],
                    ], "Stat": "Average",
                ], "ReturnData": false,
            ],
            [
                "Id": "running",
                "MetricStat": [
                    "Metric": [
                        "Namespace": "ECS/ContainerInsights", "MetricName": "RunningTaskCount",
                        "Dimensions": [
                            ["Name": "ClusterName", "Value": .substituted(Place.cluster)],
                            ["Name": "ServiceName", "Value": .substituted(Place.service(service))],
                        ],
                    ], "Stat": "Average",
                ], "ReturnData": false,
            ],
        ]
    }

    static func steps(_ policy: StepScaling) -> Document {
        [
            "AdjustmentType": "PercentChangeInCapacity",
            // A fifth of three tasks is none.
            "MinAdjustmentMagnitude": 1,
            "MetricAggregationType": "Maximum",
            "Cooldown": .number(policy.cooldownSeconds),
            "StepAdjustments": .list(policy.steps.map { adjustment($0, from: policy.trigger.threshold) }),
        ]
    }

    /// The service counts from the alarm's threshold.
    private static func adjustment(_ step: StepScaling.Step, from threshold: MetricLevel) -> Document {
        let lower: Document = [
            "MetricIntervalLowerBound": .decimal(thousandths: (step.from - threshold).thousandths)
        ]
        let upper: Document =
            step.to.map { ["MetricIntervalUpperBound": .decimal(thousandths: ($0 - threshold).thousandths)] }
            ?? [:]
        return lower.adding(upper).adding(["ScalingAdjustment": .number(step.growthPercent)])
    }

    /// `action` is what the alarm sets off.
    static func alarm(_ policy: StepScaling, of service: ScaledService, action: Document) -> Document {
        let metric: Document =
            switch policy.trigger.metric {
            case .targetResponseTimeP95:
                [
                    "Namespace": "AWS/ApplicationELB", "MetricName": "TargetResponseTime",
                    "Dimensions": [
                        ["Name": "LoadBalancer", "Value": .substituted(Place.balancer)],
                        ["Name": "TargetGroup", "Value": .substituted(Place.targetGroup(service))],
                    ], "ExtendedStatistic": "p95",
                    // Three slow answers at night are no reason for more tasks.
                    "EvaluateLowSampleCountPercentile": "ignore",
                ]
            case .ageOfOldestMessage:
                [
                    "Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": [["Name": "QueueName", "Value": .substituted(Place.queue)]],
                    "Statistic": "Maximum",
                ]
            }
        return metric.adding([
            "Period": 60, "EvaluationPeriods": .number(policy.trigger.ofMinutes),
            "DatapointsToAlarm": .number(policy.trigger.minutesAbove),
            "Threshold": .decimal(thousandths: policy.trigger.threshold.thousandths),
            "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
            "AlarmActions": [action],
        ])
    }
}
