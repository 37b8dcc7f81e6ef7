/// As JSON that people read in a pull request: two spaces a level, one member a line.
extension Document {
    /// With a line feed at the end, as a file has it.
    package var jsonFile: String { jsonText(indent: "") + "\n" }

    /// On one line.
    package var json: String {
        switch expanded {
        case .list(let elements): "[\(elements.map(\.json).joined(separator: ","))]"
        case .members(let members):
            "{\(members.map { Self.quoted($0.name) + ":" + $0.value.json }.joined(separator: ","))}"
        default: scalar
        }
    }

    private func jsonText(indent: String) -> String {
        let deeper = indent + "  "
        switch expanded {
        case .list(let elements) where !elements.isEmpty:
            let lines = elements.map { deeper + $0.jsonText(indent: deeper) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        case .members(let members) where !members.isEmpty:
            let lines = members.map {
                "\(deeper)\(Self.quoted($0.name)): \($0.value.jsonText(indent: deeper))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        default: return json
        }
    }

    /// Of a value that holds no others.
    var scalar: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): String(number)
        case .decimal(let thousandths): Self.decimal(thousandths)
        case .flag(let isSet): isSet ? "true" : "false"
        case .list, .members, .reference, .substituted: json
        }
    }

    private static func decimal(_ thousandths: Int) -> String {
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1_000)
        let sign = thousandths < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        var digits = String(String(1_000 + rest).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
