import EventLoop
import JSON
import LoadBot

/// What the command line of `ticket load` asks for, checked.
struct LoadPlan {
    private(set) var order: LoadOrder
    let output: String

    static let usualMaxRate = 20_000
    /// A preset that is longer by itself may take its time: whoever names it has asked for that.
    static let usualMaxMinutes = 90

    init(_ run: CommandRun) throws(CommandFailure) {
        let arguments = run.arguments
        let preset = try Self.preset(arguments)
        let scenario = try Self.scenario(run, preset)
        // What is only printed loads nobody.
        if !arguments.has("--print-scenario") { try Self.checkCaps(scenario, preset, arguments) }
        let target = try LoadURL(arguments.value("--target") ?? "http://127.0.0.1:8080")
        let confirm = try arguments.value("--confirm").map { text throws(CommandFailure) in try LoadURL(text)
        }
        for url in [target, confirm].compactMap({ $0 }) {
            try url.checkIsAllowed(owned: arguments.allValues("--i-own-this-target").map { $0[0] })
        }
        order = LoadOrder(
            scenario,
            target: LoadTarget(
                publicAddress: target.address, publicHost: target.authority,
                confirmAddress: (confirm ?? target).address, confirmHost: (confirm ?? target).authority),
            targetName: confirm.map { "\(target.text), \($0.text)" } ?? target.text)
        order.loops = try arguments.number("--loops", in: 1...64, default: ProcessSurroundings.cores())
        order.checksGuarantees = !arguments.has("--no-verdict")
        order.shard = try Self.shard(arguments)
        order.tokens = try Self.tokens(arguments, shard: order.shard)
        order.faults = try Self.faults(arguments, within: scenario.ratePlan.seconds)
        for words in arguments.allValues("--metrics") {
            let url = try LoadURL(words[0])
            order.metrics.append((url.address, url.authority, url.path.isEmpty ? "/metrics" : url.path))
        }
        if let count = try Self.taskCount(run) { order.countTasks = { await count.read() } }
        output = arguments.value("--output") ?? "ticket-load"
    }

    private static func preset(_ arguments: CommandArguments) throws(CommandFailure) -> Scenario? {
        guard let name = arguments.value("--preset") else { return nil }
        try arguments.noOperands()
        guard let preset = ScenarioPreset(rawValue: name) else {
            let known = ScenarioPreset.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--preset=\(name) is not right: there are \(known)")
        }
        return preset.scenario
    }

    private static func scenario(
        _ run: CommandRun, _ preset: Scenario?
    ) throws(CommandFailure) -> Scenario {
        let arguments = run.arguments
        var scenario: Scenario
        if let preset {
            scenario = preset
        } else {
            guard !arguments.operands.isEmpty else { throw .usage("give a scenario file or --preset") }
            scenario = try file(try arguments.operand("SCENARIO.json"), run.console)
        }
        scenario.peakPerSecond = try arguments.decimal("--peak", in: 0.1...1e7) ?? scenario.peakPerSecond
        scenario.timeScale = try arguments.decimal("--time-scale", in: 0.0001...100) ?? scenario.timeScale
        scenario.seed = UInt64(
            try arguments.number("--seed", in: 0...Int.max, default: Int(scenario.seed)))
        return scenario
    }

    private static func file(_ path: String, _ console: Console) throws(CommandFailure) -> Scenario {
        guard let bytes = BoundedFile.read(path == "-" ? "/dev/stdin" : path, maxBytes: ScenarioFile.maxBytes)
        else { throw .noInput("cannot read \(path): it must be a readable file of at most 1 MiB") }
        do throws(ScenarioFaults) {
            return try ScenarioFile.read(bytes)
        } catch {
            for fault in error.faults {
                console.complain("\(path):\(fault.line):\(fault.column): \(fault.reason)")
            }
            let count = error.faults.count == 1 ? "1 fault" : "\(error.faults.count) faults"
            throw .badData("\(path) has \(count); nothing was run")
        }
    }

    private static func checkCaps(
        _ scenario: Scenario, _ preset: Scenario?, _ arguments: CommandArguments
    ) throws(CommandFailure) {
        let presetMinutes = preset.map { Int(($0.ratePlan.seconds / 60).rounded(.up)) } ?? 0
        let maxRate = try arguments.number("--max-rate", in: 1...10_000_000, default: usualMaxRate)
        let maxMinutes = try arguments.number(
            "--max-minutes", in: 1...10_000, default: max(usualMaxMinutes, presetMinutes))
        let plan = scenario.ratePlan
        guard plan.peakPerSecond <= Double(maxRate) else {
            throw .usage(
                "the peak is \(DecimalText.of(plan.peakPerSecond)) requests a second and \(maxRate) are allowed: --max-rate allows more"
            )
        }
        guard plan.seconds <= Double(maxMinutes) * 60 else {
            throw .usage(
                "the run takes \(DecimalText.of(plan.seconds / 60)) minutes and \(maxMinutes) are allowed: --max-minutes allows more"
            )
        }
    }

    private static func shard(_ arguments: CommandArguments) throws(CommandFailure) -> LoadBot.Shard {
        guard let text = arguments.value("--shard") else { return .whole }
        guard let shard = LoadBot.Shard(text), shard.count <= 16 else {
            throw .usage("--shard=\(text) is not right: 2/8 is the second of eight, and sixteen is the most")
        }
        return shard
    }

    /// Each shard has buyers of its own: a buyer's limits count everywhere.
    private static func tokens(
        _ arguments: CommandArguments, shard: LoadBot.Shard
    ) throws(CommandFailure) -> [String] {
        guard let path = arguments.value("--tokens") else { return [] }
        guard let bytes = BoundedFile.read(path, maxBytes: 1 << 30) else {
            throw .noInput("cannot read \(path): it must be a readable file of tokens, one a line")
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let isToken = lines.allSatisfy { $0.allSatisfy { 0x21...0x7e ~= $0 } }
        guard isToken else { throw .badData("\(path) holds what is no token") }
        let tokens = lines.enumerated().filter { shard.owns(UInt64($0.offset)) }
            .map { String(decoding: $0.element, as: UTF8.self) }
        guard !tokens.isEmpty else { throw .badData("\(path) has no token for shard \(shard)") }
        return tokens
    }

    private static func taskCount(_ run: CommandRun) throws(CommandFailure) -> TaskCount? {
        if let command = run.arguments.value("--count-tasks") {
            return TaskCount(command: command, loop: run.loop)
        }
        guard let text = run.arguments.value("--ecs") else { return nil }
        guard let command = TaskCount.command(ofECS: text) else {
            throw .usage("--ecs \(text) is not right: give CLUSTER:SERVICE,SERVICE, ten services at most")
        }
        return TaskCount(command: command, loop: run.loop)
    }

    private static func faults(
        _ arguments: CommandArguments, within runSeconds: Double
    ) throws(CommandFailure) -> [FaultPlan] {
        var faults: [FaultPlan] = []
        for words in arguments.allValues("--fault-at") {
            guard let seconds = TimeText.seconds(words[0]) else {
                throw .usage("--fault-at \(words[0]) is not right: give a time as 90s, 2m or 1h")
            }
            guard seconds < runSeconds else {
                throw .usage(
                    "--fault-at \(words[0]) is not right: the run is over after \(DecimalText.of(runSeconds)) s"
                )
            }
            faults.append(FaultPlan(atSeconds: seconds, command: words[1]))
        }
        return faults
    }
}

/// Times as operators write them.
enum TimeText {
    static func seconds(_ text: String) -> Double? {
        let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
        guard let unit = text.last, let factor = factors[unit] ?? (unit.isNumber ? 1 : nil),
            let number = Double(unit.isNumber ? text : String(text.dropLast())), number >= 0,
            number * factor <= 864_000
        else { return nil }
        return number * factor
    }
}
