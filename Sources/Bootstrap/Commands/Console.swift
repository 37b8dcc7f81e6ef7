import Glibc
import JSON

/// Where a command says what it found: words for a person, or one JSON document for a machine.
struct Console {
    let isJSON: Bool

    func say(_ line: String) {
        guard !isJSON else { return }
        write(line + "\n", to: STDOUT_FILENO)
    }

    /// One document on standard output, whatever the words are.
    func json(_ body: (inout JSONWriter) -> Void) {
        guard isJSON else { return }
        var writer = JSONWriter()
        writer.object(body)
        write(String(decoding: writer.bytes, as: UTF8.self) + "\n", to: STDOUT_FILENO)
    }

    func complain(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

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

    private func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
                guard count > 0 || errno == EINTR else { return }
                sent += max(count, 0)
            }
        }
    }
}
