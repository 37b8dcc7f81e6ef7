extension Condition {
    /// Whether it holds for an item; one that does not exist is an item without attributes. A comparison with
    /// something that is not there, or of another type, does not hold and is no error.
    func holds(for item: AttributeMap, _ scope: ExpressionScope) -> Bool {
        switch self {
        case .and(let left, let right): return left.holds(for: item, scope) && right.holds(for: item, scope)
        case .or(let left, let right): return left.holds(for: item, scope) || right.holds(for: item, scope)
        case .not(let condition): return !condition.holds(for: item, scope)
        case .exists(let path): return path.value(in: item, scope) != nil
        case .notExists(let path): return path.value(in: item, scope) == nil
        case .compare(let comparison, let left, let right):
            return Self.compare(
                comparison, left.evaluated(on: item, scope), right.evaluated(on: item, scope))
        case .between(let operand, let lower, let upper):
            let value = operand.evaluated(on: item, scope)
            return Self.compare(.greaterOrEqual, value, lower.evaluated(on: item, scope))
                && Self.compare(.lessOrEqual, value, upper.evaluated(on: item, scope))
        case .isIn(let operand, let choices):
            guard let value = operand.evaluated(on: item, scope) else { return false }
            return choices.contains { $0.evaluated(on: item, scope) == value }
        case .hasType(let path, let type):
            guard case .string(let code)? = type.given(scope) else { return false }
            return path.value(in: item, scope)?.typeCode == code.string
        case .beginsWith(let operand, let prefix):
            return Self.beginsWith(operand.evaluated(on: item, scope), prefix.evaluated(on: item, scope))
        case .contains(let operand, let part):
            return Self.contains(operand.evaluated(on: item, scope), part.evaluated(on: item, scope))
        }
    }

    static func compare(_ comparison: Comparison, _ left: AttributeValue?, _ right: AttributeValue?) -> Bool {
        switch comparison {
        // `<>` holds when one side is missing: that is what DynamoDB does for attributes that are not there.
        case .notEqual: return left != right
        case .equal: return left != nil && left == right
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let left, let right, let order = AttributeValue.order(left, right) else { return false }
            switch comparison {
            case .less: return order < 0
            case .lessOrEqual: return order <= 0
            case .greater: return order > 0
            default: return order >= 0
            }
        }
    }

    private static func beginsWith(_ value: AttributeValue?, _ prefix: AttributeValue?) -> Bool {
        switch (value, prefix) {
        case (.string(let text)?, .string(let prefix)?): text.starts(with: prefix)
        case (.binary(let bytes)?, .binary(let prefix)?): bytes.starts(with: prefix)
        default: false
        }
    }

    private static func contains(_ value: AttributeValue?, _ part: AttributeValue?) -> Bool {
        guard let value, let part else { return false }
        switch (value, part) {
        case (.string(let text), .string(let part)): return text.contains(part)
        case (.binary(let bytes), .binary(let part)):
            return bytes.withUnsafeBytes { bytes in part.withUnsafeBytes { ByteOrder.contains(bytes, $0) } }
        case (.list(let elements), _): return elements.contains(part)
        case (.stringSet(let texts), .string(let text)): return texts.contains(text)
        case (.numberSet(let numbers), .number(let number)): return numbers.contains(number)
        case (.binarySet(let values), .binary(let bytes)): return values.contains(bytes)
        default: return false
        }
    }
}
