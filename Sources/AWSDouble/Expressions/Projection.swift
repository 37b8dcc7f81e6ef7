/// Which parts of an item an answer has.
struct Projection: Sendable {
    let paths: [DocumentPath]
}

extension ExpressionParser {
    mutating func projection() throws(ExpressionFault) -> Projection {
        var paths = [try path()]
        while take(.comma) { paths.append(try path()) }
        return Projection(paths: paths)
    }
}

extension Projection {
    func check(_ scope: ExpressionScope) throws(ExpressionFault) {
        try ResolvedPath.checkApart(paths.map { $0.resolved(scope) })
    }

    /// The item with nothing but these paths. Elements of a list move up to where there are no gaps.
    func applied(to item: AttributeMap, _ scope: ExpressionScope) -> AttributeMap {
        var result: [AttributeMap.Entry] = []
        let resolved = paths.map { $0.resolved(scope) }
        for entry in item.entries {
            let below = resolved.filter { $0.root == entry.name }.map { $0.steps[...] }
            guard !below.isEmpty, let value = Self.part(of: entry.value, below) else { continue }
            result.append(AttributeMap.Entry(name: entry.name, value: value))
        }
        return AttributeMap(unordered: result)
    }

    private static func part(
        of value: AttributeValue, _ paths: [ArraySlice<ResolvedPath.Step>]
    ) -> AttributeValue? {
        guard !paths.contains(where: \.isEmpty) else { return value }
        switch value {
        case .map(let map):
            let entries = map.entries.compactMap { entry -> AttributeMap.Entry? in
                let below = paths.filter { $0.first == .name(entry.name) }.map { $0.dropFirst() }
                guard !below.isEmpty, let value = part(of: entry.value, below) else { return nil }
                return AttributeMap.Entry(name: entry.name, value: value)
            }
            return entries.isEmpty ? nil : .map(AttributeMap(unordered: entries))
        case .list(let elements):
            let chosen = elements.enumerated().compactMap { index, element -> AttributeValue? in
                let below = paths.filter { $0.first == .index(index) }.map { $0.dropFirst() }
                return below.isEmpty ? nil : part(of: element, below)
            }
            return chosen.isEmpty ? nil : .list(chosen)
        default: return nil
        }
    }
}
