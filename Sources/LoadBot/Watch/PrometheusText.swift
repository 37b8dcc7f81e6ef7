/// Metrics as services show them: each series with its labels and its value.
package struct PrometheusText: Sendable {
    package struct Series: Equatable, Sendable {
        package let name: String
        /// As they stand between the braces.
        package let labels: String
        package let value: Double
    }

    package let series: [Series]

    package init(_ text: String) {
        series = text.split(separator: "\n").compactMap(Self.series)
    }

    /// The sum of all series of this name whose labels hold this text.
    package func sum(_ name: String, labels: String = "") -> Double? {
        let found = series.filter { $0.name == name && (labels.isEmpty || $0.labels.contains(labels)) }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    /// The highest value of all series of this name.
    package func most(_ name: String) -> Double? { series.filter { $0.name == name }.map(\.value).max() }

    /// The sum of all series whose names are taken.
    package func sum(where isWanted: (Series) -> Bool) -> Double? {
        let found = series.filter(isWanted)
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    private static func series(_ line: Substring) -> Series? {
        guard !line.hasPrefix("#") else { return nil }
        // A label's value may hold blanks: the value stands behind the last one.
        guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...])
        else {
            return nil
        }
        let key = line[..<blank]
        guard let brace = key.firstIndex(of: "{") else {
            return Series(name: String(key), labels: "", value: value)
        }
        return Series(
            name: String(key[..<brace]), labels: String(key[key.index(after: brace)...].dropLast()),
            value: value)
    }
}
