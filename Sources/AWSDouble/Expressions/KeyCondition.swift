/// Which part of one partition a query reads.
struct KeyCondition {
    enum Range {
        case all
        case compare(Comparison, KeyValue)
        case between(KeyValue, KeyValue)
        case beginsWith(KeyValue)
    }

    var partition: KeyValue
    var range = Range.all

    private struct Term {
        let name: Text
        let range: Range
    }

    /// Takes a parsed condition apart: equality on the partition key, and at most one term on the sort key.
    init(
        _ condition: Condition, _ scope: ExpressionScope, partitionKey: Text, sortKey: Text?
    ) throws(Refusal) {
        var terms: [Term] = []
        try Self.gather(condition, scope, into: &terms)
        var partition: KeyValue?
        for term in terms {
            if term.name == partitionKey {
                guard partition == nil else {
                    throw .validation(
                        "KeyConditionExpressions must only contain one condition per key")
                }
                guard case .compare(.equal, let value) = term.range else {
                    throw .validation("Query key condition not supported")
                }
                partition = value
            } else if term.name == sortKey {
                guard case .all = range else {
                    throw .validation(
                        "KeyConditionExpressions must only contain one condition per key")
                }
                if case .compare(.notEqual, _) = term.range {
                    throw .validation("Query key condition not supported")
                }
                range = term.range
            } else {
                let missed = partition == nil ? partitionKey : (sortKey ?? partitionKey)
                throw .validation("Query condition missed key schema element: \(missed.string)")
            }
        }
        guard let partition else {
            throw .validation("Query condition missed key schema element: \(partitionKey.string)")
        }
        self.partition = partition
    }

    private static func gather(
        _ condition: Condition, _ scope: ExpressionScope, into terms: inout [Term]
    ) throws(Refusal) {
        switch condition {
        case .and(let left, let right):
            try gather(left, scope, into: &terms)
            try gather(right, scope, into: &terms)
        case .compare(.notEqual, _, _):
            throw invalid("Unsupported operator used in KeyConditionExpression: operator: <>")
        case .compare(let comparison, .path(let path), .value(let slot)):
            let value = try key(scope.values[slot])
            terms.append(Term(name: try name(path, scope), range: .compare(comparison, value)))
        case .compare(let comparison, .value(let slot), .path(let path)):
            let value = try key(scope.values[slot])
            terms.append(Term(name: try name(path, scope), range: .compare(comparison.mirrored, value)))
        case .between(.path(let path), .value(let lower), .value(let upper)):
            let range = Range.between(try key(scope.values[lower]), try key(scope.values[upper]))
            terms.append(Term(name: try name(path, scope), range: range))
        case .beginsWith(.path(let path), .value(let slot)):
            terms.append(
                Term(name: try name(path, scope), range: .beginsWith(try key(scope.values[slot]))))
        case .or: throw invalid("Invalid operator used in KeyConditionExpression: OR")
        case .not: throw invalid("Invalid operator used in KeyConditionExpression: NOT")
        case .isIn: throw invalid("Invalid operator used in KeyConditionExpression: IN")
        case .exists: throw invalid("Invalid operator used in KeyConditionExpression: attribute_exists")
        case .notExists:
            throw invalid("Invalid operator used in KeyConditionExpression: attribute_not_exists")
        case .hasType: throw invalid("Invalid operator used in KeyConditionExpression: attribute_type")
        case .contains: throw invalid("Invalid operator used in KeyConditionExpression: contains")
        case .compare, .between, .beginsWith:
            throw invalid("Invalid operand used in KeyConditionExpression: a key and a value are compared")
        }
    }

    private static func name(_ path: DocumentPath, _ scope: ExpressionScope) throws(Refusal) -> Text {
        guard path.steps.isEmpty else {
            throw invalid("KeyConditionExpressions cannot have conditions on nested attributes")
        }
        return scope.names[path.root]
    }

    private static func key(_ value: AttributeValue) throws(Refusal) -> KeyValue {
        guard let key = KeyValue(value) else {
            throw .validation(
                "One or more parameter values were invalid: Condition parameter type does not match schema type"
            )
        }
        return key
    }

    private static func invalid(_ message: String) -> Refusal {
        .validation("Invalid KeyConditionExpression: \(message)")
    }
}

extension Comparison {
    /// The same with its sides exchanged.
    var mirrored: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}
