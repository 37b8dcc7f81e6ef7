extension UpdateExpression {
    private static let invalidPath = ExpressionFault(
        message: "The document path provided in the update expression is invalid for update",
        namesParameter: false)
    private static let wrongType = ExpressionFault(
        message: "An operand in the update expression has an incorrect data type", namesParameter: false)
    private static let missing = ExpressionFault(
        message: "The provided expression refers to an attribute that does not exist in the item",
        namesParameter: false)

    /// What can be refused without the item: paths that get in each other's way, values of a wrong type.
    func check(_ scope: ExpressionScope) throws(ExpressionFault) {
        try ResolvedPath.checkApart(paths.map { $0.resolved(scope) })
        for (_, slot) in adds {
            switch scope.values[slot] {
            case .number, .stringSet, .numberSet, .binarySet: continue
            default: throw .operandType("ADD", Self.longTypeName(scope.values[slot]))
            }
        }
        for (_, slot) in deletes {
            switch scope.values[slot] {
            case .stringSet, .numberSet, .binarySet: continue
            default: throw .operandType("DELETE", Self.longTypeName(scope.values[slot]))
            }
        }
        for (_, value) in sets { try Self.check(value, scope) }
    }

    private static func check(_ value: UpdateValue, _ scope: ExpressionScope) throws(ExpressionFault) {
        switch value {
        case .path, .value: return
        case .ifNotExists(_, let other): try check(other, scope)
        case .appended(let left, let right):
            for case .value(let slot) in [left, right] {
                guard case .list = scope.values[slot] else {
                    throw .operandType("list_append", scope.values[slot].typeCode)
                }
            }
            try check(left, scope)
            try check(right, scope)
        case .sum(let left, let right), .difference(let left, let right):
            var name = "+"
            if case .difference = value { name = "-" }
            for case .value(let slot) in [left, right] {
                guard case .number = scope.values[slot] else {
                    throw .operandType(name, scope.values[slot].typeCode)
                }
            }
            try check(left, scope)
            try check(right, scope)
        }
    }

    private static func longTypeName(_ value: AttributeValue) -> String {
        switch value {
        case .string: "STRING"
        case .number: "NUMBER"
        case .binary: "BINARY"
        case .bool: "BOOLEAN"
        case .null: "NULL"
        case .list: "LIST"
        case .map: "MAP"
        case .stringSet: "STRING_SET"
        case .numberSet: "NUMBER_SET"
        case .binarySet: "BINARY_SET"
        }
    }

    /// The item as it is afterwards. Every right side sees the item as it was before.
    func applied(to item: AttributeMap, _ scope: ExpressionScope) throws(ExpressionFault) -> AttributeMap {
        var changed = item
        for (path, value) in sets {
            let value = try Self.evaluate(value, on: item, scope)
            try Self.put(value, at: path.resolved(scope), in: &changed)
        }
        for (path, slot) in adds {
            let value = try Self.added(scope.values[slot], to: path.value(in: item, scope))
            try Self.put(value, at: path.resolved(scope), in: &changed)
        }
        for (path, slot) in deletes {
            guard let old = path.value(in: item, scope) else { continue }
            let resolved = path.resolved(scope)
            if let rest = try Self.removed(scope.values[slot], from: old) {
                try Self.put(rest, at: resolved, in: &changed)
            } else {
                try Self.put(nil, at: resolved, in: &changed)
            }
        }
        // Elements go from the end, so that the places of those before them stay right.
        for path in removes.map({ $0.resolved(scope) }).sorted(by: Self.isLaterElement) {
            try Self.put(nil, at: path, in: &changed)
        }
        return changed
    }

    private static func isLaterElement(_ left: ResolvedPath, _ right: ResolvedPath) -> Bool {
        for (mine, theirs) in zip(left.steps, right.steps) {
            if case .index(let mine) = mine, case .index(let theirs) = theirs, mine != theirs {
                return mine > theirs
            }
        }
        return false
    }

    private static func evaluate(
        _ value: UpdateValue, on item: AttributeMap, _ scope: ExpressionScope
    ) throws(ExpressionFault) -> AttributeValue {
        switch value {
        case .value(let slot): return scope.values[slot]
        case .path(let path):
            guard let value = path.value(in: item, scope) else { throw missing }
            return value
        case .ifNotExists(let path, let other):
            if let value = path.value(in: item, scope) { return value }
            return try evaluate(other, on: item, scope)
        case .appended(let left, let right):
            guard case .list(let first) = try evaluate(left, on: item, scope),
                case .list(let second) = try evaluate(right, on: item, scope)
            else { throw wrongType }
            return .list(first + second)
        case .sum(let left, let right):
            return try combine(left, right, on: item, scope) { left, right throws(DecimalNumber.Fault) in
                try left.adding(right)
            }
        case .difference(let left, let right):
            return try combine(left, right, on: item, scope) { left, right throws(DecimalNumber.Fault) in
                try left.subtracting(right)
            }
        }
    }

    private static func combine(
        _ left: UpdateValue, _ right: UpdateValue, on item: AttributeMap, _ scope: ExpressionScope,
        _ operation: (DecimalNumber, DecimalNumber) throws(DecimalNumber.Fault) -> DecimalNumber
    ) throws(ExpressionFault) -> AttributeValue {
        guard case .number(let left) = try evaluate(left, on: item, scope),
            case .number(let right) = try evaluate(right, on: item, scope)
        else { throw wrongType }
        do throws(DecimalNumber.Fault) {
            return .number(try operation(left, right))
        } catch {
            throw ExpressionFault(message: error.message, namesParameter: false)
        }
    }

    private static func added(
        _ value: AttributeValue, to old: AttributeValue?
    ) throws(ExpressionFault) -> AttributeValue {
        guard let old else { return value }
        switch (old, value) {
        case (.number(let left), .number(let right)):
            do throws(DecimalNumber.Fault) {
                return .number(try left.adding(right))
            } catch {
                throw ExpressionFault(message: error.message, namesParameter: false)
            }
        case (.stringSet(let left), .stringSet(let right)):
            return .stringSet((left + right.filter { !left.contains($0) }).sorted())
        case (.numberSet(let left), .numberSet(let right)):
            return .numberSet((left + right.filter { !left.contains($0) }).sorted())
        case (.binarySet(let left), .binarySet(let right)):
            return .binarySet(
                (left + right.filter { !left.contains($0) }).sorted { ByteOrder.order($0, $1) < 0 })
        default: throw wrongType
        }
    }

    /// What is left of a set, or nil when that is nothing: there are no empty sets.
    private static func removed(
        _ value: AttributeValue, from old: AttributeValue
    ) throws(ExpressionFault) -> AttributeValue? {
        switch (old, value) {
        case (.stringSet(let left), .stringSet(let right)):
            let rest = left.filter { !right.contains($0) }
            return rest.isEmpty ? nil : .stringSet(rest)
        case (.numberSet(let left), .numberSet(let right)):
            let rest = left.filter { !right.contains($0) }
            return rest.isEmpty ? nil : .numberSet(rest)
        case (.binarySet(let left), .binarySet(let right)):
            let rest = left.filter { !right.contains($0) }
            return rest.isEmpty ? nil : .binarySet(rest)
        default: throw wrongType
        }
    }

    // MARK: Writing into an item

    private static func put(
        _ value: AttributeValue?, at path: ResolvedPath, in item: inout AttributeMap
    ) throws(ExpressionFault) {
        guard !path.steps.isEmpty else { return item[path.root] = value }
        guard var inner = item[path.root] else {
            // Nothing to remove there, but nothing to write into either.
            guard value != nil else { return }
            throw invalidPath
        }
        try put(value, at: path.steps[...], in: &inner)
        item[path.root] = inner
    }

    private static func put(
        _ value: AttributeValue?, at steps: ArraySlice<ResolvedPath.Step>, in outer: inout AttributeValue
    ) throws(ExpressionFault) {
        guard let step = steps.first else {
            if let value { outer = value }
            return
        }
        let rest = steps.dropFirst()
        switch (step, outer) {
        case (.name(let name), .map(var map)):
            if rest.isEmpty {
                map[name] = value
            } else if var inner = map[name] {
                try put(value, at: rest, in: &inner)
                map[name] = inner
            } else {
                guard value == nil else { throw invalidPath }
            }
            outer = .map(map)
        case (.index(let index), .list(var elements)):
            if index >= elements.count {
                guard rest.isEmpty else {
                    guard value == nil else { throw invalidPath }
                    return
                }
                if let value { elements.append(value) }
            } else if rest.isEmpty {
                if let value { elements[index] = value } else { elements.remove(at: index) }
            } else {
                try put(value, at: rest, in: &elements[index])
            }
            outer = .list(elements)
        default: throw invalidPath
        }
    }
}
