/// Parsed expressions by their text: a client sends the same few over and over.
struct ExpressionShelf {
    private var conditions: [String: ParsedExpression<Condition>] = [:]
    private var updates: [String: ParsedExpression<UpdateExpression>] = [:]
    private var projections: [String: ParsedExpression<Projection>] = [:]

    /// Texts that vary, with numbered placeholders for example, must not fill the memory.
    private static let maxOfEach = 512

    mutating func condition(
        _ text: String, in parameter: StaticString
    ) throws(Refusal) -> ParsedExpression<Condition> {
        try Self.find(text, in: &conditions, parameter) { parser throws(ExpressionFault) in
            try parser.condition()
        }
    }

    mutating func update(_ text: String) throws(Refusal) -> ParsedExpression<UpdateExpression> {
        try Self.find(text, in: &updates, "UpdateExpression") { parser throws(ExpressionFault) in
            try parser.update()
        }
    }

    mutating func projection(_ text: String) throws(Refusal) -> ParsedExpression<Projection> {
        try Self.find(text, in: &projections, "ProjectionExpression") { parser throws(ExpressionFault) in
            try parser.projection()
        }
    }

    private static func find<Tree>(
        _ text: String, in known: inout [String: ParsedExpression<Tree>], _ parameter: StaticString,
        _ parse: (inout ExpressionParser) throws(ExpressionFault) -> Tree
    ) throws(Refusal) -> ParsedExpression<Tree> {
        if let expression = known[text] { return expression }
        do throws(ExpressionFault) {
            let expression = try ExpressionParser.parse(text, parse)
            if known.count >= maxOfEach { known.removeAll(keepingCapacity: true) }
            known[text] = expression
            return expression
        } catch {
            throw error.refusal(in: parameter)
        }
    }
}
