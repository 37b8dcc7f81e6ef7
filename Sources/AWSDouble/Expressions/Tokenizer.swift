/// Cuts an expression into tokens. Whatever bytes it is given, it ends with tokens or a refusal.
struct Tokenizer {
    private let bytes: [UInt8]
    private var position = 0
    private var tokens: [Token] = []

    private init(_ expression: String) { bytes = Array(expression.utf8) }

    static func tokens(of expression: String) throws(ExpressionFault) -> [Token] {
        var tokenizer = Tokenizer(expression)
        try tokenizer.run()
        return tokenizer.tokens
    }

    private mutating func run() throws(ExpressionFault) {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "#"): try placeholder { .namePlaceholder($0) }
            case UInt8(ascii: ":"): try placeholder { .valuePlaceholder($0) }
            case _ where Self.isDigit(byte): try number()
            case _ where Self.isWordStart(byte):
                let text = take { Self.isWordPart($0) }
                tokens.append(Token(kind: .word(text), text: text))
            default: try symbol()
            }
        }
        tokens.append(Token(kind: .end, text: "<EOF>"))
    }

    private mutating func placeholder(_ kind: (String) -> Token.Kind) throws(ExpressionFault) {
        let start = position
        position += 1
        guard position < bytes.count, Self.isWordPart(bytes[position]) else { throw unexpected(at: start) }
        position = start
        // The sign belongs to the placeholder's name.
        var isFirst = true
        let text = take { byte in
            defer { isFirst = false }
            return isFirst || Self.isWordPart(byte)
        }
        tokens.append(Token(kind: kind(text), text: text))
    }

    private mutating func number() throws(ExpressionFault) {
        let start = position
        let text = take { Self.isDigit($0) }
        // An item of 400 KB has no list of a hundred million elements.
        guard text.utf8.count <= 8, let value = Int(text) else { throw unexpected(at: start) }
        tokens.append(Token(kind: .number(value), text: text))
    }

    private mutating func symbol() throws(ExpressionFault) {
        let start = position
        for length in [2, 1] where start + length <= bytes.count {
            let text = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
            guard let symbol = Token.Symbol(rawValue: text) else { continue }
            tokens.append(Token(kind: .symbol(symbol), text: text))
            position += length
            return
        }
        throw unexpected(at: start)
    }

    private mutating func take(while belongs: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func unexpected(at start: Int) -> ExpressionFault {
        let scalar = String(decoding: bytes[start..<min(start + 4, bytes.count)], as: UTF8.self).prefix(1)
        let near = String(decoding: bytes[max(start - 5, 0)..<min(start + 5, bytes.count)], as: UTF8.self)
        return .syntax(token: String(scalar), near: near)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }

    private static func isWordStart(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_")
    }

    private static func isWordPart(_ byte: UInt8) -> Bool { isWordStart(byte) || isDigit(byte) }
}
