/// Conditions: OR binds weaker than AND, AND weaker than NOT.
extension ExpressionParser {
    mutating func condition() throws(ExpressionFault) -> Condition {
        try nested { parser throws(ExpressionFault) in
            var left = try parser.conjunction()
            while parser.take("OR") {
                try parser.countOperator()
                left = .or(left, try parser.conjunction())
            }
            return left
        }
    }

    private mutating func conjunction() throws(ExpressionFault) -> Condition {
        var left = try negation()
        while take("AND") {
            try countOperator()
            left = .and(left, try negation())
        }
        return left
    }

    private mutating func negation() throws(ExpressionFault) -> Condition {
        guard take("NOT") else { return try primary() }
        try countOperator()
        return .not(try nested { parser throws(ExpressionFault) in try parser.negation() })
    }

    private mutating func primary() throws(ExpressionFault) -> Condition {
        if take(.open) { return try group() }
        if case .word(let word) = current.kind, next.kind == .symbol(.open), word != "size" {
            return try function(word)
        }
        let left = try operand()
        return try comparison(of: left)
    }

    /// What stands in parentheses, the first of which has been read. A group that is nothing but another group is
    /// refused: DynamoDB does so.
    private mutating func group() throws(ExpressionFault) -> Condition {
        let isDoubled = current.kind == .symbol(.open) && closesWithInner
        let condition = try condition()
        try expect(.close)
        guard !isDoubled else {
            throw ExpressionFault(message: "The expression has redundant parentheses;")
        }
        return condition
    }

    private mutating func comparison(of left: Operand) throws(ExpressionFault) -> Condition {
        try countOperator()
        if take("BETWEEN") {
            let lower = try operand()
            try expect("AND")
            return .between(left, lower, try operand())
        }
        if take("IN") { return .isIn(left, try choices()) }
        guard case .symbol(let symbol) = current.kind, let comparison = Comparison(symbol) else {
            throw unexpected()
        }
        advance()
        return .compare(comparison, left, try operand())
    }

    private static let maxChoices = 100

    private mutating func choices() throws(ExpressionFault) -> [Operand] {
        try expect(.open)
        var choices = [try operand()]
        while take(.comma) { choices.append(try operand()) }
        try expect(.close)
        guard choices.count <= Self.maxChoices else { throw .operandCount("IN", choices.count + 1) }
        return choices
    }

    private mutating func operand() throws(ExpressionFault) -> Operand {
        if case .valuePlaceholder = current.kind { return .value(try valueSlot()) }
        guard case .word("size") = current.kind, next.kind == .symbol(.open) else { return .path(try path()) }
        advance()
        advance()
        let operand: Operand
        if case .valuePlaceholder = current.kind {
            operand = .sizeOfValue(try valueSlot())
        } else {
            operand = .sizeOfPath(try path())
        }
        guard current.kind != .symbol(.comma) else { throw .operandCount("size", 2) }
        try expect(.close)
        return operand
    }

    // MARK: Functions

    private mutating func function(_ name: String) throws(ExpressionFault) -> Condition {
        guard let expected = Self.operandCounts[name] else {
            throw ExpressionFault(message: "Invalid function name; function: \(name)")
        }
        try countOperator()
        advance()
        try expect(.open)
        var operands: [Operand] = []
        if current.kind != .symbol(.close) {
            operands.append(try operand())
            while take(.comma) { operands.append(try operand()) }
        }
        try expect(.close)
        guard operands.count == expected else { throw .operandCount(name, operands.count) }
        switch name {
        case "attribute_exists": return .exists(try path(operands[0], of: name))
        case "attribute_not_exists": return .notExists(try path(operands[0], of: name))
        case "attribute_type": return .hasType(try path(operands[0], of: name), operands[1])
        case "begins_with": return .beginsWith(operands[0], operands[1])
        default: return .contains(operands[0], operands[1])
        }
    }

    private static let operandCounts: [String: Int] = [
        "attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2,
        "contains": 2,
    ]

    private func path(_ operand: Operand, of function: String) throws(ExpressionFault) -> DocumentPath {
        guard case .path(let path) = operand else {
            throw ExpressionFault(
                message: "Operator or function requires a document path; operator or function: \(function)")
        }
        return path
    }
}
