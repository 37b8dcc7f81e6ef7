import Scaling

/// What stands every day: a flag, or the variable that `env.sh` exports, or `env.sh`'s own default.
extension PoliciesOnSale {
    private static let usual = StandingCapacity()

    static let standingOptions = [
        CommandOption(
            "--usual-acu", "MIN-MAX",
            "What Aurora goes back to, in steps of 0.5; the variables AURORA_MIN_ACU and AURORA_MAX_ACU, or 1-64."
        ),
        CommandOption(
            "--warm-reads", "N",
            "What the table is warm for; the variable DYNAMODB_WARM_READS, or \(usual.warmReadUnits)."),
        CommandOption(
            "--warm-writes", "N",
            "The same for writes; the variable DYNAMODB_WARM_WRITES, or \(usual.warmWriteUnits)."),
    ]

    static func standing(_ run: CommandRun) throws(CommandFailure) -> StandingCapacity {
        var standing = usual
        if let text = run.arguments.value("--usual-acu") {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map {
                halfACUs(String($0))
            }
            guard parts.count == 2, let min = parts[0], let max = parts[1], min <= max else {
                throw .usage(
                    "--usual-acu=\(text) is not right: it must be two numbers from 0.5 to 256 in steps of 0.5, like 0.5-64"
                )
            }
            (standing.minHalfACUs, standing.maxHalfACUs) = (min, max)
        } else {
            standing.minHalfACUs = try variable("AURORA_MIN_ACU", run, halfACUs) ?? standing.minHalfACUs
            standing.maxHalfACUs = try variable("AURORA_MAX_ACU", run, halfACUs) ?? standing.maxHalfACUs
        }
        standing.warmReadUnits = try warmth(
            "--warm-reads", "DYNAMODB_WARM_READS", run, least: standing.warmReadUnits)
        standing.warmWriteUnits = try warmth(
            "--warm-writes", "DYNAMODB_WARM_WRITES", run, least: standing.warmWriteUnits)
        return standing
    }

    private static func warmth(
        _ flag: String, _ name: String, _ run: CommandRun, least: Int
    ) throws(CommandFailure) -> Int {
        let range = least...40_000_000
        let standard = run.arguments.value(flag) == nil ? try variable(name, run) { Int($0) } : nil
        guard range.contains(standard ?? least) else { throw refused(name, run) }
        return try run.arguments.number(flag, in: range, default: standard ?? least)
    }

    private static func halfACUs(_ text: String) -> Int? {
        guard let number = Double(text), let halves = Int(exactly: number * 2),
            1...StandingCapacity.mostHalfACUs ~= halves
        else { return nil }
        return halves
    }

    /// An empty variable is one that nobody set.
    private static func variable(
        _ name: String, _ run: CommandRun, _ parse: (String) -> Int?
    ) throws(CommandFailure) -> Int? {
        guard let text = run.environment[name], !text.isEmpty else { return nil }
        guard let value = parse(text) else { throw refused(name, run) }
        return value
    }

    private static func refused(_ name: String, _ run: CommandRun) -> CommandFailure {
        .usage("\(name)=\(run.environment[name] ?? "") is not right: env.sh says what it may be")
    }
}
