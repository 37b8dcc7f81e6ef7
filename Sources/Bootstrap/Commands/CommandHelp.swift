/// What `ticket help` says, and what is said to somebody who mistyped a command.
enum CommandHelp {
    /// The settings that every command's help shows; the rest stand in `ticket run --help`.
    static func offersFirst(_ setting: Setting) -> Bool { setting.name == "data" }

    static func overview(_ commands: [Command]) -> String {
        let rows =
            [("run", "Runs all of it in one process; `ticket run --help` lists the settings.")]
            + [("health [--ready]", "Asks a running `ticket run` how it is, by the same settings.")]
            + commands.map { ($0.operands.isEmpty ? $0.name : "\($0.name) \($0.operands)", $0.summary) }
            + [("help [COMMAND]", "Shows what a command does and takes.")]
        let width = rows.map(\.0.count).max() ?? 0
        var text = """
            ticket \(Executable.version): sells tickets, and no seat twice.

            Usage: ticket COMMAND [options]


            """
        for (command, summary) in rows {
            text += "  \(command)\(String(repeating: " ", count: width - command.count))  \(summary)\n"
        }
        return text + """

              --json gives one JSON document instead of words, --data DIR says where the data is (.data).
              `ticket --print-config` shows what every setting is and where that comes from, and ends.
              A command ends with 0; with 1 when what it checked is not as it should be; else with a code of
              sysexits.h: 64 wrong use, 65 bad data, 66 no such thing, 69 a store cannot be had,
              73 a file cannot be written.

            """
    }

    /// `words` is what was typed in place of a command.
    static func unknown(_ words: [String], among commands: [Command]) -> CommandFailure {
        let names = ["run", "help", HealthQuestion.word] + commands.map(\.name)
        let typed = words.prefix(2).joined(separator: " ")
        let first = words.first ?? ""
        let groups = Set(
            commands.compactMap { $0.name.contains(" ") ? $0.name.split(separator: " ").first : nil })
        if groups.contains(Substring(first)) {
            let members = commands.map(\.name).filter { $0.hasPrefix(first + " ") }
            let nearest = words.count > 1 ? NearestName.of(typed, among: members) : nil
            let cure =
                nearest.map { "did you mean `ticket \($0)`?" }
                ?? "there are \(members.map { "`\($0)`" }.joined(separator: ", "))"
            return .usage("`\(typed)` is not a command: \(cure)")
        }
        let nearest =
            NearestName.of(typed, among: names)
            ?? NearestName.of(first, among: names + groups.map(String.init))
        let cure = nearest.map { ": did you mean `ticket \($0)`?" } ?? ""
        return .usage("`\(first)` is not a command\(cure)")
    }
}
