/// The charts of a report.
struct ReportCharts {
    private let report: RunReport
    private let moments: [Double]
    private let marks: [LineChart.Mark]

    init(_ report: RunReport) {
        self.report = report
        moments = report.timeline.slices.map { $0.startsAt + $0.seconds / 2 }
        var marks = report.faults.flatMap {
            [
                LineChart.Mark(atSeconds: $0.startedAt, words: "fault", isBefore: true),
                LineChart.Mark(atSeconds: $0.endedAt, words: "its end"),
            ]
        }
        marks += report.stops.map { LineChart.Mark(atSeconds: $0.atSeconds, words: "stopped") }
        self.marks = marks
    }

    var all: [LineChart] {
        [latency, throughput, errors, queue, scaling, system("cacheHitPercent"), system("sqlMs")].compactMap {
            $0
        }
    }

    private var latency: LineChart {
        let summaries = report.timeline.slices.map { LatencySummary($0.latency.histogram) }
        func line(_ name: String, _ value: (LatencySummary) -> UInt64) -> LineChart.Line {
            LineChart.Line(name, summaries.map { $0.count == 0 ? nil : Double(value($0)) / 1_000 })
        }
        return chart(
            "Latency", "ms",
            [
                line("p50") { $0.p50Us }, line("p95") { $0.p95Us }, line("p99") { $0.p99Us },
                line("max") { $0.maxUs },
            ])
    }

    private var throughput: LineChart {
        chart("Throughput", "/s", [line("offered") { $0.offered }, line("answered") { $0.answered }])
    }

    private var errors: LineChart {
        chart(
            "Errors", "/s",
            [
                line("failed") { $0.failed }, line("unexpected") { $0.unexpected },
                line("refused") { $0.refused },
            ])
    }

    private var queue: LineChart {
        chart("Queue, oldest message", "ms", [LineChart.Line("oldest", values("queueOldestMs"))])
    }

    private var scaling: LineChart { chart("Tasks", "", [LineChart.Line("tasks", values("tasks"))]) }

    private func system(_ name: String) -> LineChart? {
        guard let figure = SystemFigures.names.first(where: { $0.name == name }) else { return nil }
        return chart(figure.words, figure.unit, [LineChart.Line(figure.words, values(name))])
    }

    private func values(_ name: String) -> [Double?] { report.timeline.slices.map { $0.system[name] } }

    private func line(_ name: String, _ count: (Timeline.Slice) -> Int) -> LineChart.Line {
        LineChart.Line(
            name,
            report.timeline.slices.map { $0.seconds > 0 ? Double(count($0)) / $0.seconds : nil })
    }

    private func chart(_ title: String, _ unit: String, _ lines: [LineChart.Line]) -> LineChart {
        LineChart(title: title, unit: unit, moments: moments, lines: lines, marks: marks)
    }
}
