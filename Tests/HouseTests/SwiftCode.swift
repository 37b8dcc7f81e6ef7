/// Swift source seen by a rule that must not be fooled by text: line by line, with what is inside string
/// literals blanked and comments kept apart.
struct SwiftCode: Sendable {
    struct Line: Equatable, Sendable {
        var code = ""
        var comment = ""
    }

    let lines: [Line]

    /// With `keepingStrings` only the comments are taken out: the manifest's names stand in strings.
    init(_ text: String, keepingStrings: Bool = false) {
        var scanner = Scanner(bytes: Array(text.utf8), keepingStrings: keepingStrings)
        lines = scanner.scan()
    }

    /// All code, one string.
    var code: String { lines.map(\.code).joined(separator: "\n") }

    private enum Mode {
        case code(openParentheses: Int)
        case string(hashes: Int, quotes: Int)
        case lineComment
        case blockComment
    }

    private struct Scanner {
        let bytes: [UInt8]
        let keepingStrings: Bool
        var position = 0
        /// Interpolations nest code in strings, and comments nest in comments, so this is a stack.
        var modes: [Mode] = [.code(openParentheses: 0)]
        var code: [UInt8] = []
        var comment: [UInt8] = []
        var lines: [Line] = []

        init(bytes: [UInt8], keepingStrings: Bool) {
            self.bytes = bytes
            self.keepingStrings = keepingStrings
        }

        mutating func scan() -> [Line] {
            while position < bytes.count {
                if bytes[position] == UInt8(ascii: "\n") {
                    endLine()
                    continue
                }
                switch modes[modes.count - 1] {
                case .code(let openParentheses): scanCode(openParentheses)
                case .string(let hashes, let quotes): scanString(hashes, quotes)
                case .lineComment: take(1, into: \.comment)
                case .blockComment: scanBlockComment()
                }
            }
            endLine()
            return lines
        }

        private mutating func endLine() {
            // Line comments and one-line strings cannot go on; an odd quote in a regex ends here too.
            while modes.count > 1 {
                switch modes[modes.count - 1] {
                case .lineComment, .string(_, 1): modes.removeLast()
                default:
                    finishLine()
                    return
                }
            }
            finishLine()
        }

        private mutating func finishLine() {
            lines.append(
                Line(
                    code: String(decoding: code, as: UTF8.self),
                    comment: String(decoding: comment, as: UTF8.self)))
            code = []
            comment = []
            position += 1
        }

        private mutating func scanCode(_ openParentheses: Int) {
            // Nearly every byte is one of these; the checks below are dear.
            guard Self.marks.contains(bytes[position]) else { return take(1, into: \.code) }
            if startsWith("//") {
                modes.append(.lineComment)
            } else if startsWith("/*") {
                modes.append(.blockComment)
                take(2, into: \.comment)
            } else if let (hashes, quotes) = openingQuotes() {
                modes.append(.string(hashes: hashes, quotes: quotes))
                take(hashes + quotes, into: \.code)
            } else if startsWith("(") {
                modes[modes.count - 1] = .code(openParentheses: openParentheses + 1)
                take(1, into: \.code)
            } else if startsWith(")") {
                if openParentheses == 0 && modes.count > 1 {
                    modes.removeLast()
                } else {
                    modes[modes.count - 1] = .code(openParentheses: openParentheses - 1)
                }
                take(1, into: \.code)
            } else {
                take(1, into: \.code)
            }
        }

        private mutating func scanString(_ hashes: Int, _ quotes: Int) {
            let marks = String(repeating: "#", count: hashes)
            let end = String(repeating: "\"", count: quotes) + marks
            if startsWith(end) {
                modes.removeLast()
                take(end.utf8.count, into: \.code)
            } else if startsWith("\\" + marks + "(") {
                modes.append(.code(openParentheses: 0))
                take(hashes + 2, into: \.code)
            } else if startsWith("\\" + marks) {
                takeString(min(hashes + 2, bytes.count - position))
            } else {
                takeString(1)
            }
        }

        private mutating func scanBlockComment() {
            if startsWith("*/") {
                modes.removeLast()
                take(2, into: \.comment)
            } else if startsWith("/*") {
                modes.append(.blockComment)
                take(2, into: \.comment)
            } else {
                take(1, into: \.comment)
            }
        }

        private func openingQuotes() -> (hashes: Int, quotes: Int)? {
            var end = position
            while end < bytes.count && bytes[end] == UInt8(ascii: "#") { end += 1 }
            guard end < bytes.count && bytes[end] == UInt8(ascii: "\"") else { return nil }
            let isMultiline = bytes[end...].prefix(3).elementsEqual("\"\"\"".utf8)
            return (end - position, isMultiline ? 3 : 1)
        }

        private static let marks = Array("/\"#()".utf8)

        private func startsWith(_ text: String) -> Bool {
            bytes[position...].starts(with: text.utf8)
        }

        private mutating func take(_ count: Int, into line: WritableKeyPath<Self, [UInt8]>) {
            self[keyPath: line].append(contentsOf: bytes[position..<position + count])
            position += count
        }

        private mutating func takeString(_ count: Int) {
            // An escaped line end stays for the next turn, or a line would go uncounted.
            let upTo =
                bytes[position..<position + count].firstIndex(of: UInt8(ascii: "\n")) ?? position + count
            if keepingStrings { code.append(contentsOf: bytes[position..<upTo]) }
            position = upTo
        }
    }
}
