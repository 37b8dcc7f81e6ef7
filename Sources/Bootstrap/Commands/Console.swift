import JSON

/// Where a command says what it found: words for a person, or one JSON document for a machine.
struct Console: Sendable {
    let isJSON: Bool
    let output: any CommandOutput

    func say(_ line: String = "") {
        guard !isJSON else { return }
        output.write(line + "\n", to: .standardOutput)
    }

    /// One document on standard output, whatever the words are.
    func json(_ body: (inout JSONWriter) -> Void) {
        guard isJSON else { return }
        var writer = JSONWriter()
        writer.object(body)
        writer.appendRaw(UInt8(ascii: "\n"))
        output.write(writer.bytes, to: .standardOutput)
    }

    /// Bytes as they are, whether words or JSON were asked for.
    func raw(_ bytes: [UInt8]) { output.write(bytes, to: .standardOutput) }

    func complain(_ line: String) { output.write(line + "\n", to: .standardError) }

    /// Columns as wide as their widest cell.
    func table(_ header: [String], _ rows: [[String]]) {
        guard !isJSON else { return }
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        for row in [header] + rows {
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            say(line)
        }
    }
}
