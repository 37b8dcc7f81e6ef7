/// A condition or filter as a tree.
indirect enum Condition: Sendable {
    case compare(Comparison, Operand, Operand)
    case between(Operand, Operand, Operand)
    case isIn(Operand, [Operand])
    case and(Condition, Condition)
    case or(Condition, Condition)
    case not(Condition)
    case exists(DocumentPath)
    case notExists(DocumentPath)
    case hasType(DocumentPath, Operand)
    case beginsWith(Operand, Operand)
    case contains(Operand, Operand)
}

enum Comparison: String, Sendable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    init?(_ symbol: Token.Symbol) { self.init(rawValue: symbol.rawValue) }
}

/// What a comparison looks at: a place of the item, a value of the request, or the size of one.
enum Operand: Equatable, Sendable {
    case path(DocumentPath)
    case value(Int)
    case sizeOfPath(DocumentPath)
    case sizeOfValue(Int)

    func evaluated(on item: AttributeMap, _ scope: ExpressionScope) -> AttributeValue? {
        switch self {
        case .path(let path): path.value(in: item, scope)
        case .value(let slot): scope.values[slot]
        case .sizeOfPath(let path):
            path.value(in: item, scope)?.expressionSize.map { .number(DecimalNumber($0)) }
        case .sizeOfValue(let slot): scope.values[slot].expressionSize.map { .number(DecimalNumber($0)) }
        }
    }

    /// The value of the request, when it is one.
    func given(_ scope: ExpressionScope) -> AttributeValue? {
        guard case .value(let slot) = self else { return nil }
        return scope.values[slot]
    }

    /// The path it reads, for rules about attributes.
    var readPath: DocumentPath? {
        switch self {
        case .path(let path), .sizeOfPath(let path): path
        case .value, .sizeOfValue: nil
        }
    }
}
