/// One command of `ticket`: what it is called, what it says about itself, and what it does.
struct Command: Sendable {
    /// `queue redrive`
    let name: String
    /// What stands behind the name: `FILE.json`.
    let operands: String
    let summary: String
    /// A paragraph for `--help`, where the summary does not say enough.
    let details: String
    let options: [CommandOption]
    let run: @Sendable (CommandRun) async throws(CommandFailure) -> Void

    init(
        _ name: String, _ operands: String = "", summary: String, details: String = "",
        options: [CommandOption] = [],
        run: @escaping @Sendable (CommandRun) async throws(CommandFailure) -> Void
    ) {
        self.name = name
        self.operands = operands
        self.summary = summary
        self.details = details
        self.options = options + [.json]
        self.run = run
    }

    var help: String {
        var text = "ticket \(name): \(summary)\n\nUsage: ticket \(name)"
        if !operands.isEmpty { text += " \(operands)" }
        text += " [options]\n"
        if !details.isEmpty { text += "\n\(details)\n" }
        let settings = Settings.all.filter { $0.usedBy.contains(.tool) && CommandHelp.offersFirst($0) }
        let rows =
            options.map { [$0.synopsis, $0.help] }
            + settings.map { [($0.fileFlag ?? $0.flag) + " PATH", $0.help] }
            + [["--help", "Shows this, and ends."]]
        let width = rows.map { $0[0].count }.max() ?? 0
        text += "\n"
        for row in rows {
            text += "  \(row[0])\(String(repeating: " ", count: width - row[0].count))  \(row[1])\n"
        }
        return text
    }
}
