/// What an UpdateItem does to an item.
struct UpdateExpression: Sendable {
    var sets: [(path: DocumentPath, value: UpdateValue)] = []
    var removes: [DocumentPath] = []
    var adds: [(path: DocumentPath, value: Int)] = []
    var deletes: [(path: DocumentPath, value: Int)] = []

    /// Every path that is written.
    var paths: [DocumentPath] { sets.map(\.path) + removes + adds.map(\.path) + deletes.map(\.path) }
}

/// The right side of a SET.
indirect enum UpdateValue: Sendable {
    case path(DocumentPath)
    case value(Int)
    case ifNotExists(DocumentPath, UpdateValue)
    case appended(UpdateValue, UpdateValue)
    case sum(UpdateValue, UpdateValue)
    case difference(UpdateValue, UpdateValue)
}

extension ExpressionParser {
    mutating func update() throws(ExpressionFault) -> UpdateExpression {
        var update = UpdateExpression()
        var seen: Set<String> = []
        repeat {
            let section = current.text.uppercased()
            let isKnown = ["SET", "REMOVE", "ADD", "DELETE"].contains { section == $0 }
            guard case .word = current.kind, isKnown else { throw unexpected() }
            guard seen.insert(section).inserted else {
                throw ExpressionFault(
                    message: "The \"\(section)\" section can only be used once in an update expression;")
            }
            advance()
            repeat { try clause(of: section, into: &update) } while take(.comma)
        } while current.kind != .end
        return update
    }

    private mutating func clause(
        of section: String, into update: inout UpdateExpression
    ) throws(ExpressionFault) {
        try countOperator()
        let path = try path()
        switch section {
        case "SET":
            try expect(.equal)
            update.sets.append((path, try sum()))
        case "REMOVE": update.removes.append(path)
        case "ADD": update.adds.append((path, try valueSlot()))
        default: update.deletes.append((path, try valueSlot()))
        }
    }

    private mutating func sum() throws(ExpressionFault) -> UpdateValue {
        let left = try updateOperand()
        if take(.plus) {
            try countOperator()
            return .sum(left, try updateOperand())
        }
        guard take(.minus) else { return left }
        try countOperator()
        return .difference(left, try updateOperand())
    }

    private mutating func updateOperand() throws(ExpressionFault) -> UpdateValue {
        if case .valuePlaceholder = current.kind { return .value(try valueSlot()) }
        guard case .word(let name) = current.kind, next.kind == .symbol(.open) else {
            return .path(try path())
        }
        return try nested { parser throws(ExpressionFault) in try parser.updateFunction(name) }
    }

    private mutating func updateFunction(_ name: String) throws(ExpressionFault) -> UpdateValue {
        guard name == "if_not_exists" || name == "list_append" else {
            throw ExpressionFault(message: "Invalid function name; function: \(name)")
        }
        advance()
        try expect(.open)
        var operands = [try updateOperand()]
        while take(.comma) { operands.append(try updateOperand()) }
        try expect(.close)
        guard operands.count == 2 else { throw .operandCount(name, operands.count) }
        guard name == "if_not_exists" else { return .appended(operands[0], operands[1]) }
        guard case .path(let path) = operands[0] else {
            throw ExpressionFault(
                message: "Operator or function requires a document path; operator or function: if_not_exists")
        }
        return .ifNotExists(path, operands[1])
    }
}
