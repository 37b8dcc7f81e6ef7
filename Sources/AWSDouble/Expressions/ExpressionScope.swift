/// What the slots of one parsed expression stand for in one request.
struct ExpressionScope {
    var names: [Text]
    var values: [AttributeValue]
}

/// The parsed form of one expression, shared by all requests with the same text.
final class ParsedExpression<Tree: Sendable>: Sendable {
    let tree: Tree
    /// Attribute names, or placeholders with their `#`, by slot.
    let names: [Text]
    /// Placeholders with their `:`, by slot.
    let values: [Text]

    init(tree: Tree, names: [Text], values: [Text]) {
        self.tree = tree
        self.names = names
        self.values = values
    }
}

/// ExpressionAttributeNames and ExpressionAttributeValues of a request, and which of them were used.
struct Placeholders {
    private var names: [(placeholder: Text, name: Text, isUsed: Bool)]
    private var values: [(placeholder: Text, value: AttributeValue, isUsed: Bool)]

    init(names: [(Text, Text)] = [], values: AttributeMap = AttributeMap()) {
        self.names = names.map { ($0.0, $0.1, false) }
        self.values = values.entries.map { ($0.name, $0.value, false) }
    }

    mutating func scope<Tree>(
        for expression: ParsedExpression<Tree>
    ) throws(ExpressionFault) -> ExpressionScope {
        var scope = ExpressionScope(names: [], values: [])
        scope.names.reserveCapacity(expression.names.count)
        scope.values.reserveCapacity(expression.values.count)
        for name in expression.names { scope.names.append(try resolve(name: name)) }
        for value in expression.values { scope.values.append(try resolve(value: value)) }
        return scope
    }

    private mutating func resolve(name: Text) throws(ExpressionFault) -> Text {
        guard name.string.utf8.first == UInt8(ascii: "#") else { return name }
        for index in names.indices where names[index].placeholder == name {
            names[index].isUsed = true
            return names[index].name
        }
        throw .undefined(name: name.string)
    }

    private mutating func resolve(value: Text) throws(ExpressionFault) -> AttributeValue {
        for index in values.indices where values[index].placeholder == value {
            values[index].isUsed = true
            return values[index].value
        }
        throw .undefined(value: value.string)
    }

    /// DynamoDB refuses what no expression mentions: it is mostly a misspelt name.
    func checkAllUsed() throws(Refusal) {
        let idleNames = names.filter { !$0.isUsed }.map(\.placeholder.string)
        guard idleNames.isEmpty else {
            throw .validation(
                "Value provided in ExpressionAttributeNames unused in expressions: keys: "
                    + "{\(idleNames.joined(separator: ", "))}")
        }
        let idleValues = values.filter { !$0.isUsed }.map(\.placeholder.string)
        guard idleValues.isEmpty else {
            throw .validation(
                "Value provided in ExpressionAttributeValues unused in expressions: keys: "
                    + "{\(idleValues.joined(separator: ", "))}")
        }
    }
}
