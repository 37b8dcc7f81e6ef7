import LoadBot

/// `ticket load merge`
enum LoadMerge {
    static let command = Command(
        "load merge", "REPORT.json...", summary: "Puts the reports of all shards of a run together, exactly.",
        details: """
            Histograms are added counter by counter: the percentiles are those of one run. It ends as the run would have: with 0
            when it passed, with 1 when it failed, with 75 when a shard is missing or does not count.
            """,
        options: [
            CommandOption("--output", "NAME", "Where it goes, without .json and .html; ticket-load-merged.")
        ]
    ) { run async throws(CommandFailure) in
        guard !run.arguments.operands.isEmpty else { throw .usage("give the reports of the shards") }
        var reports: [RunReport] = []
        for path in run.arguments.operands { reports.append(try LoadFiles.read(path)) }
        let output = run.arguments.value("--output") ?? "ticket-load-merged"
        let merged: RunReport
        do throws(ReportFileError) {
            merged = try ReportMerge.merged(reports)
        } catch {
            throw .badData("the reports cannot be merged: \(error.message)")
        }
        try LoadFiles.write(merged, to: output)
        LoadWords.tell(merged, output, run.console)
        try LoadCommand.conclude(merged)
    }
}
