/// What DynamoDB refuses before it looks at an item, once the request's values are known.
extension Condition {
    func check(_ scope: ExpressionScope) throws(ExpressionFault) {
        switch self {
        case .and(let left, let right), .or(let left, let right):
            try left.check(scope)
            try right.check(scope)
        case .not(let condition): try condition.check(scope)
        case .exists, .notExists: return
        case .compare(let comparison, let left, let right):
            try Self.checkDistinct(comparison.rawValue, left, [right], scope)
            guard comparison != .equal, comparison != .notEqual else { return }
            try Self.checkOrdered(comparison.rawValue, [left, right], scope)
        case .between(let operand, let lower, let upper):
            try Self.checkOrdered("BETWEEN", [operand, lower, upper], scope)
            try Self.checkBounds(lower, upper, scope)
        case .isIn(let operand, let choices): try Self.checkDistinct("IN", operand, choices, scope)
        case .hasType(_, let type): try Self.checkType(type, scope)
        case .beginsWith(let operand, let prefix):
            try Self.checkDistinct("begins_with", operand, [prefix], scope)
            for given in [operand.given(scope), prefix.given(scope)] {
                guard let given else { continue }
                switch given {
                case .string, .binary: continue
                default: throw .operandType("begins_with", given.typeCode)
                }
            }
        case .contains(let operand, let part):
            try Self.checkDistinct("contains", operand, [part], scope)
        }
    }

    private static func checkDistinct(
        _ operation: String, _ first: Operand, _ others: [Operand], _ scope: ExpressionScope
    ) throws(ExpressionFault) {
        guard case .path(let path) = first else { return }
        let resolved = path.resolved(scope)
        for other in others {
            guard case .path(let otherPath) = other, otherPath.resolved(scope) == resolved else { continue }
            throw ExpressionFault(
                message:
                    "The first operand must be distinct from the remaining operands for this operator or "
                    + "function; operator: \(operation), first operand: \(resolved.shown)")
        }
    }

    private static func checkOrdered(
        _ operation: String, _ operands: [Operand], _ scope: ExpressionScope
    ) throws(ExpressionFault) {
        for operand in operands {
            guard let given = operand.given(scope) else { continue }
            switch given {
            case .string, .number, .binary: continue
            default: throw .operandType(operation, given.typeCode)
            }
        }
    }

    private static func checkBounds(
        _ lower: Operand, _ upper: Operand, _ scope: ExpressionScope
    ) throws(ExpressionFault) {
        guard let low = lower.given(scope), let high = upper.given(scope) else { return }
        guard low.typeCode == high.typeCode else {
            throw ExpressionFault(
                message:
                    "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
                    + "operand: AttributeValue: \(shown(low)), upper bound operand: AttributeValue: "
                    + shown(high))
        }
        guard let order = AttributeValue.order(low, high), order <= 0 else {
            throw ExpressionFault(
                message:
                    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                    + "lower bound operand: AttributeValue: \(shown(low)), upper bound operand: "
                    + "AttributeValue: \(shown(high))")
        }
    }

    private static func checkType(_ type: Operand, _ scope: ExpressionScope) throws(ExpressionFault) {
        guard let given = type.given(scope) else {
            throw .operandType("attribute_type", "{path}")
        }
        guard case .string(let code) = given else { throw .operandType("attribute_type", given.typeCode) }
        guard AttributeValue.typeCodes.contains(code.string) else {
            throw ExpressionFault(
                message: "Invalid attribute type name found; type: \(code.string), valid types: "
                    + "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
        }
    }

    private static func shown(_ value: AttributeValue) -> String {
        switch value {
        case .string(let text): "{S:\(text.string)}"
        case .number(let number): "{N:\(number.text)}"
        default: "{\(value.typeCode)}"
        }
    }

    /// Every path that is read.
    func forEachPath(_ body: (DocumentPath) -> Void) {
        switch self {
        case .and(let left, let right), .or(let left, let right):
            left.forEachPath(body)
            right.forEachPath(body)
        case .not(let condition): condition.forEachPath(body)
        case .exists(let path), .notExists(let path), .hasType(let path, _): body(path)
        case .compare(_, let left, let right), .beginsWith(let left, let right),
            .contains(let left, let right):
            for operand in [left, right] { operand.readPath.map(body) }
        case .between(let first, let second, let third):
            for operand in [first, second, third] { operand.readPath.map(body) }
        case .isIn(let operand, let choices):
            for operand in [operand] + choices { operand.readPath.map(body) }
        }
    }
}
