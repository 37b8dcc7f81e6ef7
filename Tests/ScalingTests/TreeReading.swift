import JSON

extension JSONValue {
    var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    var int: Int? { integer.map { Int($0) } }
}
