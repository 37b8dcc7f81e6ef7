/// A report as one file for a browser: nothing is fetched, nothing is run.
package struct ReportPage {
    private let report: RunReport

    package init(_ report: RunReport) { self.report = report }

    package var html: String {
        let title = "Load: \(report.scenario.name), \(report.outcome.rawValue)"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(XMLText.escaped(title))</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <h1>\(XMLText.escaped(title))</h1>
            \(verdict)
            \(numbers)
            \(charts)
            \(routes)
            \(errors)
            \(events)
            \(timeTable)
            </main>
            </body>
            </html>

            """
    }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#111;background:#fff}
        main{max-width:62rem;margin:0 auto;padding:1rem}
        table{border-collapse:collapse;margin:1rem 0;width:100%}
        th,td{border:1px solid #888;padding:.25rem .5rem;text-align:right}
        th:first-child,td:first-child{text-align:left}
        td.words{text-align:left}
        svg{width:100%;height:auto;font:12px system-ui,sans-serif}
        figure{margin:1.5rem 0}
        figcaption{font-weight:bold}
        .line{fill:none;stroke:#111;stroke-width:1.6}
        .grid{stroke:#bbb;stroke-width:.6}
        .mark{stroke:#111;stroke-width:1;stroke-dasharray:1 2}
        .axis{fill:#333}
        @media (prefers-color-scheme:dark){body{background:#111;color:#eee}svg{background:#fff}}
        """

    private var verdict: String {
        var rows = report.findings.map { [$0.guarantee, $0.grade.rawValue, $0.words] }
        rows.append([
            "generator", report.keptUp ? "kept up" : "fell behind",
            "99 % of all requests were begun within "
                + DecimalText.duration(us: LatencySummary(report.total.lateness).p99Us) + " of their time",
        ])
        for stop in report.stops {
            rows.append([
                "stop rule", "broken",
                "\(stop.rule.rawValue) at \(DecimalText.time(seconds: stop.atSeconds)): \(stop.detail)",
            ])
        }
        if report.wasInterrupted {
            rows.append(["ended early", "", "somebody ended the run before its time"])
        }
        return section("Verdict", table(["what", "is", "in words"], rows, wordsFrom: 1))
    }

    private var numbers: String {
        let latency = LatencySummary(report.total.latency)
        let rows = [
            ["target", report.target], ["shards", report.shards.joined(separator: ", ")],
            ["time", DecimalText.time(seconds: report.generator.seconds)],
            ["offered", "\(DecimalText.of(report.rate(report.total.offered))) /s"],
            ["answered", "\(DecimalText.of(report.rate(report.total.answered))) /s"],
            ["p50", DecimalText.duration(us: latency.p50Us)],
            ["p95", DecimalText.duration(us: latency.p95Us)],
            ["p99", DecimalText.duration(us: latency.p99Us)],
            ["p99.9", DecimalText.duration(us: latency.p999Us)],
            ["max", DecimalText.duration(us: latency.maxUs)],
            ["generator CPU a request", "\(DecimalText.of(report.cpuPerRequestUs, digits: 2)) us"],
        ]
        return section(
            "Numbers",
            "<p>Latency counts from the moment a request was due, whatever the server did then.</p>"
                + table(["what", "value"], rows))
    }

    private var routes: String {
        let rows = report.routes.compactMap { route -> [String]? in
            let counts = report.total.operations
            let all = counts.total(route.operation)
            guard all > 0 else { return nil }
            let latency = LatencySummary(route.latency.histogram)
            let refused = counts.count(route.operation, .refused)
            let failed = counts.count(route.operation, .failed) + counts.count(route.operation, nil)
            return [
                route.operation.name, DecimalText.grouped(all),
                DecimalText.share(counts.count(route.operation, .good) + refused, of: all),
                DecimalText.grouped(refused), DecimalText.grouped(failed),
                DecimalText.grouped(counts.count(route.operation, .unexpected)),
                DecimalText.duration(us: latency.p50Us), DecimalText.duration(us: latency.p95Us),
                DecimalText.duration(us: latency.p99Us), DecimalText.duration(us: latency.maxUs),
            ]
        }
        return section(
            "Routes",
            table(
                [
                    "route", "requests", "success", "refused", "failed", "unexpected", "p50", "p95", "p99",
                    "max",
                ],
                rows))
    }

    private var errors: String {
        let statuses = report.total.statuses.sorted.map {
            ["status \($0.status)", DecimalText.grouped($0.count)]
        }
        let silences = Silence.allCases.compactMap { silence -> [String]? in
            let count = report.total.silences[silence.rawValue]
            return count > 0 ? [silence.name, DecimalText.grouped(count)] : nil
        }
        var text = table(["answer", "requests"], statuses + silences)
        if !report.surprises.isEmpty {
            let items = report.surprises.map { "<li>\(XMLText.escaped($0))</li>" }.joined()
            text += "<p>Examples of what was not expected:</p><ul>\(items)</ul>"
        }
        return section("Answers", text)
    }

    private var events: String {
        let faults = report.faults.map { fault in
            [
                fault.command, DecimalText.time(seconds: fault.startedAt),
                DecimalText.time(seconds: fault.endedAt), "\(fault.exitCode)",
                fault.recoverySeconds.map { "\(DecimalText.of($0)) s" } ?? "not within the run",
            ]
        }
        let scaling = report.scaling.map { reaction in
            [
                "scaling \(reaction.direction.rawValue)", DecimalText.time(seconds: reaction.loadChangedAt),
                reaction.firstSeconds.map { "\(DecimalText.of($0)) s" } ?? "none",
                reaction.lastSeconds.map { "\(DecimalText.of($0)) s" } ?? "none",
                "\(reaction.tasksBefore) to \(reaction.tasksAfter)",
            ]
        }
        var text = ""
        if !faults.isEmpty {
            text += section(
                "Faults", table(["command", "from", "to", "exit code", "recovered after"], faults))
        }
        if !scaling.isEmpty {
            text += section(
                "Scaling",
                table(["reaction", "load changed at", "first after", "last after", "tasks"], scaling))
        }
        return text
    }

    /// At most so many rows, for those who do not see the charts.
    private static let tableRows = 30

    private var timeTable: String {
        let slices = report.timeline.slices
        let step = max(1, (slices.count + Self.tableRows - 1) / Self.tableRows)
        let rows = stride(from: 0, to: slices.count, by: step).map { index -> [String] in
            let slice = slices[index]
            let latency = LatencySummary(slice.latency.histogram)
            return [
                DecimalText.time(seconds: slice.startsAt), "\(slice.offered)", "\(slice.answered)",
                "\(slice.failed)", DecimalText.duration(us: latency.p50Us),
                DecimalText.duration(us: latency.p95Us), DecimalText.duration(us: latency.p99Us),
                DecimalText.duration(us: latency.maxUs),
            ]
        }
        return section(
            "Over time",
            table(["at", "offered", "answered", "failed", "p50", "p95", "p99", "max"], rows))
    }

    private func section(_ title: String, _ content: String) -> String {
        "<section><h2>\(title)</h2>\n\(content)\n</section>"
    }

    private func table(_ head: [String], _ rows: [[String]], wordsFrom: Int = .max) -> String {
        let heads = head.map { "<th scope=\"col\">\(XMLText.escaped($0))</th>" }.joined()
        let body = rows.map { row in
            let cells = row.enumerated().map { index, cell in
                "<td\(index >= wordsFrom ? " class=\"words\"" : "")>\(XMLText.escaped(cell))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return
            "<table><thead><tr>\(heads)</tr></thead>\n<tbody>\n\(body.joined(separator: "\n"))\n</tbody></table>"
    }

    private var charts: String {
        let figures = ReportCharts(report).all.compactMap { chart in
            chart.svg.map {
                "<figure><figcaption>\(XMLText.escaped(chart.title)), \(XMLText.escaped(chart.unit))</figcaption>\n\($0)</figure>"
            }
        }
        return section("Charts", figures.joined(separator: "\n"))
    }
}
