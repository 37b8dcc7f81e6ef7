/// A file that is rendered and committed, by its path in the project.
package struct RenderedFile: Equatable, Sendable {
    package let path: String
    package let text: String
}

/// The files that say the policies to others: one a service for people and tools, and the template.
package enum ScalingFiles {
    package static func render(_ policies: ScalingPolicies) -> [RenderedFile] {
        policies.services.map {
            RenderedFile(path: "tasks/scaling-\($0.service.rawValue).json", text: document($0).plain.jsonFile)
        } + [
            RenderedFile(
                path: "stacks/06-autoscaling.yaml", text: AutoscalingTemplate.document(policies).yamlFile)
        ]
    }

    private static func document(_ scaling: ServiceScaling) -> Document {
        [
            "service": .text("ticket-\(scaling.service.rawValue)"),
            "minTasks": .number(scaling.tasks.min),
            "maxTasks": .number(scaling.tasks.max),
            "targetTracking": .list(
                scaling.tracking.map {
                    (["name": .text($0.name)] as Document).adding(
                        PolicyDocuments.tracking($0, of: scaling.service))
                }),
            "stepScaling": .list(
                scaling.steps.map {
                    (["name": .text($0.name)] as Document).adding(PolicyDocuments.steps($0)).adding([
                        "alarm": PolicyDocuments.alarm(
                            $0, of: scaling.service, action: .text("this policy"))
                    ])
                }),
        ]
    }
}

extension Document {
    /// With text in place of the template's functions.
    fileprivate var plain: Document {
        switch self {
        case .substituted(let text), .reference(let text): .text(text)
        case .list(let elements): .list(elements.map(\.plain))
        case .members(let members): .members(members.map { .init(name: $0.name, value: $0.value.plain) })
        default: self
        }
    }
}
