/// What all expressions have in common: tokens in a row, paths, and slots for names and values.
struct ExpressionParser {
    private let tokens: [Token]
    private var position = 0
    private var names: [Text] = []
    private var values: [Text] = []
    private var operators = 0
    private var depth = 0

    /// DynamoDB's own limits: bytes of an expression, operators in one.
    static let maxBytes = 4_096
    static let maxOperators = 300
    /// Parentheses and NOT are recursion here.
    static let maxDepth = 100

    init(_ expression: String) throws(ExpressionFault) {
        guard !expression.isEmpty else {
            throw ExpressionFault(message: "The expression can not be empty;")
        }
        guard expression.utf8.count <= Self.maxBytes else {
            throw ExpressionFault(
                message: "Expression size has exceeded the maximum allowed size; expression size: "
                    + String(expression.utf8.count))
        }
        tokens = try Tokenizer.tokens(of: expression)
    }

    /// The whole expression, with what its slots are.
    static func parse<Tree>(
        _ expression: String, _ body: (inout ExpressionParser) throws(ExpressionFault) -> Tree
    ) throws(ExpressionFault) -> ParsedExpression<Tree> {
        var parser = try ExpressionParser(expression)
        let tree = try body(&parser)
        guard case .end = parser.current.kind else { throw parser.unexpected() }
        return ParsedExpression(tree: tree, names: parser.names, values: parser.values)
    }

    var current: Token { tokens[position] }
    var next: Token { tokens[min(position + 1, tokens.count - 1)] }

    /// Whether the group that begins here ends right before another closing parenthesis.
    var closesWithInner: Bool {
        var open = 0
        for index in position..<tokens.count {
            switch tokens[index].kind {
            case .symbol(.open): open += 1
            case .symbol(.close):
                open -= 1
                guard open > 0 else {
                    return tokens[min(index + 1, tokens.count - 1)].kind == .symbol(.close)
                }
            default: continue
            }
        }
        return false
    }

    mutating func advance() { position = min(position + 1, tokens.count - 1) }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(_ keyword: StaticString) -> Bool {
        guard current.isKeyword(keyword) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol) throws(ExpressionFault) {
        guard take(symbol) else { throw unexpected() }
    }

    mutating func expect(_ keyword: StaticString) throws(ExpressionFault) {
        guard take(keyword) else { throw unexpected() }
    }

    func unexpected() -> ExpressionFault {
        let around = tokens[max(position - 1, 0)...min(position + 1, tokens.count - 1)]
        let near = around.filter { $0.kind != .end }.map(\.text).joined(separator: " ")
        return .syntax(token: current.text, near: near)
    }

    mutating func countOperator() throws(ExpressionFault) {
        operators += 1
        guard operators <= Self.maxOperators else {
            throw ExpressionFault(
                message: "The expression contains too many operators; operator count: \(operators)")
        }
    }

    /// Runs what may call itself.
    mutating func nested<Tree>(
        _ body: (inout ExpressionParser) throws(ExpressionFault) -> Tree
    ) throws(ExpressionFault) -> Tree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else {
            throw ExpressionFault(message: "The expression is nested too deeply; nesting: \(depth)")
        }
        return try body(&self)
    }

    // MARK: Paths and values

    var startsPath: Bool {
        switch current.kind {
        case .word, .namePlaceholder: true
        default: false
        }
    }

    mutating func path() throws(ExpressionFault) -> DocumentPath {
        var path = DocumentPath(root: try nameSlot())
        while true {
            if take(.dot) {
                path.steps.append(.name(try nameSlot()))
            } else if take(.openBracket) {
                guard case .number(let index) = current.kind else { throw unexpected() }
                advance()
                try expect(.closeBracket)
                path.steps.append(.index(index))
            } else {
                return path
            }
        }
    }

    private mutating func nameSlot() throws(ExpressionFault) -> Int {
        let name: String
        switch current.kind {
        case .word(let word):
            guard !ReservedWords.contains(word) else {
                throw ExpressionFault(
                    message: "Attribute name is a reserved keyword; reserved keyword: \(word)")
            }
            name = word
        case .namePlaceholder(let placeholder): name = placeholder
        default: throw unexpected()
        }
        advance()
        return Self.slot(of: Text(name), in: &names)
    }

    mutating func valueSlot() throws(ExpressionFault) -> Int {
        guard case .valuePlaceholder(let placeholder) = current.kind else { throw unexpected() }
        advance()
        return Self.slot(of: Text(placeholder), in: &values)
    }

    private static func slot(of text: Text, in slots: inout [Text]) -> Int {
        if let known = slots.firstIndex(of: text) { return known }
        slots.append(text)
        return slots.count - 1
    }
}
