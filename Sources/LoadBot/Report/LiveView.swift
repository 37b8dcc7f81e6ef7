/// What somebody who watches a run sees, as lines of text.
package struct LiveView: Sendable {
    /// The run at the end of a slice.
    package struct Moment: Sendable {
        package let atSeconds: Double
        package let plan: RatePlan
        package let slice: Tally
        package let sliceSeconds: Double
        package let total: Tally
        package let waiting: Int
        package let system: [String: Double]

        /// This moment with all that was counted since the one before it that was shown.
        func with(slice: Tally, sliceSeconds: Double) -> Moment {
            Moment(
                atSeconds: atSeconds, plan: plan, slice: slice, sliceSeconds: sliceSeconds, total: total,
                waiting: waiting, system: system)
        }
    }

    package init() {}

    /// One line a moment, for logs and pipes.
    package func line(_ moment: Moment) -> String {
        let seconds = moment.sliceSeconds
        var parts = [
            "offered \(rate(moment.slice.offered, seconds))",
            "answered \(rate(moment.slice.answered, seconds))",
        ]
        let latency = LatencySummary(moment.slice.latency)
        if latency.count > 0 {
            parts += [
                "p50 \(DecimalText.duration(us: latency.p50Us))",
                "p95 \(DecimalText.duration(us: latency.p95Us))",
                "p99 \(DecimalText.duration(us: latency.p99Us))",
                "max \(DecimalText.duration(us: latency.maxUs))",
            ]
        }
        parts += [
            "refused \(moment.slice.operations.total(.refused))", "failed \(moment.slice.failed)",
            "unexpected \(moment.slice.unexpected)",
        ]
        if moment.waiting > 0 { parts.append("\(moment.waiting) wait for a connection") }
        return "\(DecimalText.time(seconds: moment.atSeconds)) \(stepName(moment)): "
            + (parts + figures(moment)).joined(separator: ", ")
    }

    /// A screen of it.
    package func screen(_ moment: Moment, width: Int = 78) -> [String] {
        let slice = LatencySummary(moment.slice.latency)
        let total = LatencySummary(moment.total.latency)
        var lines = [progress(moment, width: width), ""]
        lines.append(row("", ["now", "whole run"]))
        lines.append(
            row(
                "offered",
                [
                    rate(moment.slice.offered, moment.sliceSeconds),
                    rate(moment.total.offered, moment.atSeconds),
                ]))
        lines.append(
            row(
                "answered",
                [
                    rate(moment.slice.answered, moment.sliceSeconds),
                    rate(moment.total.answered, moment.atSeconds),
                ]))
        for (name, now, whole) in [
            ("p50", slice.p50Us, total.p50Us), ("p95", slice.p95Us, total.p95Us),
            ("p99", slice.p99Us, total.p99Us), ("max", slice.maxUs, total.maxUs),
        ] {
            lines.append(row(name, [DecimalText.duration(us: now), DecimalText.duration(us: whole)]))
        }
        lines.append("")
        lines += routes(moment)
        lines.append("")
        lines += troubles(moment, width: width)
        lines += list("system", figures(moment), width: width)
        return lines.map { String($0.prefix(width)) }
    }

    private func progress(_ moment: Moment, width: Int) -> String {
        let share = min(1, moment.atSeconds / moment.plan.seconds)
        let room = 30
        let filled = Int(share * Double(room))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled)
        return "[\(bar)] \(DecimalText.time(seconds: moment.atSeconds)) of "
            + "\(DecimalText.time(seconds: moment.plan.seconds)), \(stepName(moment))"
    }

    private func routes(_ moment: Moment) -> [String] {
        var lines = [row("route", ["requests", "success", "refused", "failed"])]
        for operation in Operation.allCases {
            let counts = moment.total.operations
            let all = counts.total(operation)
            guard all > 0 else { continue }
            let refused = counts.count(operation, .refused)
            lines.append(
                row(
                    operation.name,
                    [
                        DecimalText.grouped(all),
                        DecimalText.share(counts.count(operation, .good) + refused, of: all),
                        DecimalText.grouped(refused),
                        DecimalText.grouped(
                            counts.count(operation, .failed) + counts.count(operation, nil)
                                + counts.count(operation, .unexpected)),
                    ]))
        }
        return lines
    }

    private func troubles(_ moment: Moment, width: Int) -> [String] {
        func statuses(_ range: Range<Int>) -> [String] {
            moment.total.statuses.sorted.filter { range.contains($0.status) }.map {
                "\($0.status): \(DecimalText.grouped($0.count))"
            }
        }
        let silences = Silence.allCases.filter { moment.total.silences[$0.rawValue] > 0 }.map {
            "\($0.name): \(DecimalText.grouped(moment.total.silences[$0.rawValue]))"
        }
        let unexpected =
            moment.total.unexpected > 0
            ? ["unexpected: \(DecimalText.grouped(moment.total.unexpected))"] : []
        let errors = statuses(500..<600) + silences + unexpected
        // Most of them are asked for on purpose: a taken seat, a used key.
        let refusals = statuses(400..<500)
        return list("errors", errors.isEmpty ? ["none"] : errors, width: width)
            + list("4xx", refusals.isEmpty ? ["none"] : refusals, width: width)
    }

    /// As many lines as it takes: what does not fit behind the others begins the next, below the first.
    private func list(_ name: String, _ entries: [String], width: Int) -> [String] {
        let label = 8
        var lines: [String] = []
        for (index, entry) in entries.enumerated() {
            let text = entry + (index == entries.count - 1 ? "" : ",")
            if let last = lines.last, last.count + 1 + text.count <= width {
                lines[lines.count - 1] += " " + text
            } else {
                let start = lines.isEmpty ? name : ""
                lines.append(start + String(repeating: " ", count: label - start.count) + text)
            }
        }
        return lines
    }

    private func figures(_ moment: Moment) -> [String] {
        SystemFigures.names.compactMap { figure in
            moment.system[figure.name].map {
                "\(figure.words) \(DecimalText.of($0))\(figure.unit.isEmpty ? "" : " ")\(figure.unit)"
            }
        }
    }

    private func stepName(_ moment: Moment) -> String {
        moment.plan.step(atSeconds: moment.atSeconds - 1e-6)?.step.name ?? "end"
    }

    private func rate(_ count: Int, _ seconds: Double) -> String {
        "\(DecimalText.grouped(Int((Double(count) / max(seconds, 1e-9)).rounded())))/s"
    }

    private func row(_ name: String, _ cells: [String]) -> String {
        let label = name + String(repeating: " ", count: max(1, 34 - name.count))
        return label
            + cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
    }
}
