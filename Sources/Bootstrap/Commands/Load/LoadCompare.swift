import JSON
import LoadBot

/// `ticket load compare`
enum LoadCompare {
    static let command = Command(
        "load compare", "A.json B.json", summary: "Shows two reports of runs side by side.",
        details: "The last column is B over A."
    ) { run async throws(CommandFailure) in
        let paths = run.arguments.operands
        guard paths.count == 2 else { throw .usage("give exactly two reports") }
        let comparison = ReportComparison(try LoadFiles.read(paths[0]), try LoadFiles.read(paths[1]))
        run.console.table(
            ["", "A", "B", "B/A"],
            comparison.rows.map {
                [$0.name, $0.first, $0.second, $0.ratio.map { DecimalText.of($0, digits: 2) } ?? ""]
            })
        run.console.json { writer in
            writer.array("rows") { writer in
                for row in comparison.rows {
                    writer.object { writer in
                        writer.member("name", row.name)
                        writer.member("a", row.first)
                        writer.member("b", row.second)
                        if let ratio = row.ratio {
                            writer.member("ratio", ratio)
                        } else {
                            writer.null("ratio")
                        }
                    }
                }
            }
        }
    }
}
