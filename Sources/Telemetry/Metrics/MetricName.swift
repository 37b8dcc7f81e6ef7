/// What Prometheus accepts as names, and how it wants labels written.
enum MetricName {
    static func isValid(_ name: String) -> Bool {
        isValid(name, extra: [UInt8(ascii: "_"), UInt8(ascii: ":")])
    }

    private static func isValid(_ name: String, extra: [UInt8]) -> Bool {
        guard let first = name.utf8.first, !(48...57 ~= first) else { return false }
        return name.utf8.allSatisfy { byte in
            48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || extra.contains(byte)
        }
    }

    /// Labels as they stand between the braces, in the order of their names, so that equal labels are equal text.
    static func series(_ labels: [(String, String)]) -> String {
        let sorted = labels.sorted { $0.0 < $1.0 }
        precondition(
            zip(sorted, sorted.dropFirst()).allSatisfy { $0.0 != $1.0 }, "a label is given twice: \(labels)")
        return sorted.map { name, value in
            precondition(
                isValid(name, extra: [UInt8(ascii: "_")]) && name != "le", "\(name) is not a label name")
            return "\(name)=\"\(escaped(value, quotes: true))\""
        }.joined(separator: ",")
    }

    /// Backslashes and line feeds are escaped in help and in labels, quotes in labels only.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
