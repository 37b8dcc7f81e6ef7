import Scaling

/// `ticket policies …` and `ticket tasks …`: what AWS is told about the services, rendered from `Scaling`.
enum PolicyCommands {
    static let all = [renderPolicies, PoliciesOnSale.command, renderTasks]

    private static let renderPolicies = Command(
        "policies render", summary: "Writes the autoscaling policies: tasks/scaling-*.json and the template.",
        details: """
            They are committed; `make 06-autoscaling` applies what is there. The --scaling-… settings change them.
            """,
        options: RenderedFiles.options
    ) { run async throws(CommandFailure) in
        try RenderedFiles.settle(
            ScalingFiles.render(try scaling { () throws(ScalingError) in try policies(run) }), run)
    }

    private static let renderTasks = Command(
        "tasks render", summary: "Writes the task definitions: tasks/public.json and its neighbours.",
        details: "They are committed; `tasks/fill.py` fills in what only the account knows.",
        options: RenderedFiles.options
    ) { run async throws(CommandFailure) in
        try RenderedFiles.settle(
            try scaling { () throws(ScalingError) in try TaskDefinition.files() }, run)
    }

    static func policies(_ run: CommandRun) throws(ScalingError) -> ScalingPolicies {
        try ScalingPolicies(run.configuration.scaling)
    }

    /// A policy or plan that cannot be is a wrong use of the command, and nothing comes of it.
    static func scaling<Value>(_ body: () throws(ScalingError) -> Value) throws(CommandFailure) -> Value {
        do throws(ScalingError) {
            return try body()
        } catch {
            throw CommandFailure(message: error.message, exitCode: CommandFailure.usageCode)
        }
    }
}
