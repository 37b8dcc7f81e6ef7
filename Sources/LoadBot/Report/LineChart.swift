/// A chart of lines over time as SVG: told apart by dashes and by words at their ends, so that neither colour nor a
/// script is needed to read it.
package struct LineChart {
    package struct Line {
        package let name: String
        /// One value for each moment; nil leaves a gap.
        package let values: [Double?]

        package init(_ name: String, _ values: [Double?]) {
            self.name = name
            self.values = values
        }
    }

    package struct Mark {
        package let atSeconds: Double
        package let words: String
        /// On which side of its line the words stand: beginning and end of a short fault would lie on each other.
        package let isBefore: Bool

        package init(atSeconds: Double, words: String, isBefore: Bool = false) {
            self.atSeconds = atSeconds
            self.words = words
            self.isBefore = isBefore
        }
    }

    let title: String
    let unit: String
    private let moments: [Double]
    private let lines: [Line]
    private let marks: [Mark]

    private static let width = 960.0
    private static let height = 320.0
    private static let left = 70.0
    private static let right = 150.0
    private static let top = 30.0
    private static let bottom = 40.0
    private static let dashes = ["", "8 4", "2 3", "12 4 2 4", "5 2", "1 5"]

    package init(title: String, unit: String, moments: [Double], lines: [Line], marks: [Mark] = []) {
        self.title = title
        self.unit = unit
        self.moments = moments
        self.lines = lines.filter { $0.values.contains { $0 != nil } }
        self.marks = marks
    }

    /// Nothing when there is nothing to show.
    package var svg: String? {
        guard moments.count > 1, !lines.isEmpty else { return nil }
        let most = lines.flatMap(\.values).compactMap { $0 }.max() ?? 0
        let ceiling = Self.roundCeiling(most)
        let id = "chart-" + title.filter { $0.isLetter }
        var parts = [
            "<svg role=\"img\" aria-labelledby=\"\(id)\" viewBox=\"0 0 \(text(Self.width)) \(text(Self.height))\">",
            "<title id=\"\(id)\">\(XMLText.escaped(summary))</title>",
        ]
        parts += grid(ceiling)
        parts += marks.map(mark)
        var labels: [(y: Double, name: String)] = []
        for (index, line) in lines.enumerated() {
            parts.append(path(line, ceiling, dash: Self.dashes[index % Self.dashes.count]))
            if let last = line.values.last(where: { $0 != nil }) ?? nil {
                labels.append((y(last, ceiling), line.name))
            }
        }
        parts += spread(labels).map { label in
            "<text x=\"\(text(Self.width - Self.right + 8))\" y=\"\(text(label.y + 4))\">\(XMLText.escaped(label.name))</text>"
        }
        parts += legend()
        parts.append("</svg>")
        return parts.joined(separator: "\n")
    }

    /// What a screen reader says in place of the picture.
    private var summary: String {
        let ends = lines.map { line in
            let values = line.values.compactMap { $0 }
            return
                "\(line.name) between \(DecimalText.of(values.min() ?? 0)) and \(DecimalText.of(values.max() ?? 0)) \(unit)"
        }
        return "\(title): \(ends.joined(separator: ", "))"
    }

    private func grid(_ ceiling: Double) -> [String] {
        var parts: [String] = []
        for step in 0...4 {
            let value = ceiling * Double(step) / 4
            let place = text(y(value, ceiling))
            parts.append(
                "<line class=\"grid\" x1=\"\(text(Self.left))\" y1=\"\(place)\" x2=\"\(text(Self.width - Self.right))\" y2=\"\(place)\"/>"
                    + "<text class=\"axis\" x=\"\(text(Self.left - 6))\" y=\"\(text(y(value, ceiling) + 4))\" text-anchor=\"end\">\(DecimalText.of(value, digits: 2)) \(unit)</text>"
            )
        }
        for step in 0...5 {
            let moment = moments[0] + (moments[moments.count - 1] - moments[0]) * Double(step) / 5
            parts.append(
                "<text class=\"axis\" x=\"\(text(x(moment)))\" y=\"\(text(Self.height - Self.bottom + 18))\" text-anchor=\"middle\">\(DecimalText.time(seconds: moment))</text>"
            )
        }
        return parts
    }

    private func mark(_ mark: Mark) -> String {
        let place = text(x(mark.atSeconds))
        return
            "<line class=\"mark\" x1=\"\(place)\" y1=\"\(text(Self.top))\" x2=\"\(place)\" y2=\"\(text(Self.height - Self.bottom))\"/>"
            + "<text class=\"axis\" x=\"\(place)\" y=\"\(text(Self.top - 6))\" text-anchor=\"\(mark.isBefore ? "end" : "start")\">\(XMLText.escaped(mark.words))</text>"
    }

    private func path(_ line: Line, _ ceiling: Double, dash: String) -> String {
        var data = ""
        var isDrawing = false
        for (moment, value) in zip(moments, line.values) {
            guard let value else {
                isDrawing = false
                continue
            }
            data += "\(isDrawing ? "L" : "M")\(text(x(moment))) \(text(y(value, ceiling)))"
            isDrawing = true
        }
        return "<path class=\"line\" d=\"\(data)\" stroke-dasharray=\"\(dash.isEmpty ? "none" : dash)\"/>"
    }

    private func legend() -> [String] {
        lines.enumerated().map { index, line in
            let place = Self.left + Double(index) * 130
            let dash = Self.dashes[index % Self.dashes.count]
            return
                "<path class=\"line\" d=\"M\(text(place)) \(text(Self.height - 8))h30\" stroke-dasharray=\"\(dash.isEmpty ? "none" : dash)\"/>"
                + "<text x=\"\(text(place + 36))\" y=\"\(text(Self.height - 4))\">\(XMLText.escaped(line.name))</text>"
        }
    }

    /// Names at the ends of lines that lie close together would lie on each other, and below the axis on its numbers.
    private func spread(_ labels: [(y: Double, name: String)]) -> [(y: Double, name: String)] {
        var placed: [(y: Double, name: String)] = []
        for label in labels.sorted(by: { $0.y > $1.y }) {
            placed.append((min(label.y, (placed.last?.y ?? .infinity) - 14), label.name))
        }
        return placed
    }

    private func x(_ moment: Double) -> Double {
        let span = max(moments[moments.count - 1] - moments[0], 1e-9)
        let share = min(max((moment - moments[0]) / span, 0), 1)
        return Self.left + share * (Self.width - Self.left - Self.right)
    }

    private func y(_ value: Double, _ ceiling: Double) -> Double {
        Self.height - Self.bottom - value / ceiling * (Self.height - Self.top - Self.bottom)
    }

    private func text(_ value: Double) -> String { DecimalText.of(value, digits: 1) }

    /// A number whose quarters are short, at least as much as the largest value.
    private static func roundCeiling(_ value: Double) -> Double {
        guard value > 0 else { return 1 }
        var ceiling = 0.001
        while true {
            for factor in [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8] where ceiling * factor >= value {
                return ceiling * factor
            }
            ceiling *= 10
        }
    }
}

/// Text inside markup.
enum XMLText {
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
