/// Where a value stands in an item. Names are slots: the request says what `#name` stands for.
struct DocumentPath: Equatable, Sendable {
    enum Step: Equatable, Sendable {
        case name(Int)
        case index(Int)
    }

    /// The slot of the attribute of the item.
    let root: Int
    var steps: [Step] = []

    /// The value there, or nil when the item has none.
    func value(in item: AttributeMap, _ scope: ExpressionScope) -> AttributeValue? {
        guard var value = item[scope.names[root]] else { return nil }
        for step in steps {
            switch (step, value) {
            case (.name(let slot), .map(let map)):
                guard let next = map[scope.names[slot]] else { return nil }
                value = next
            case (.index(let index), .list(let elements)):
                guard index < elements.count else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    func resolved(_ scope: ExpressionScope) -> ResolvedPath {
        ResolvedPath(
            root: scope.names[root],
            steps: steps.map { step in
                switch step {
                case .name(let slot): .name(scope.names[slot])
                case .index(let index): .index(index)
                }
            })
    }
}

/// A path whose names are known.
struct ResolvedPath: Equatable, Sendable {
    enum Step: Equatable, Sendable {
        case name(Text)
        case index(Int)
    }

    let root: Text
    var steps: [Step]

    /// As messages show it: `[a, b, [1]]`.
    var shown: String {
        let parts = steps.map { step in
            switch step {
            case .name(let name): name.string
            case .index(let index): "[\(index)]"
            }
        }
        return "[" + ([root.string] + parts).joined(separator: ", ") + "]"
    }

    /// Whether one of them leads through the other, or both to the same place.
    func overlaps(_ other: ResolvedPath) -> Bool {
        guard root == other.root else { return false }
        return zip(steps, other.steps).allSatisfy { $0 == $1 }
    }

    /// Whether one takes a value for a map where the other takes it for a list.
    func conflicts(with other: ResolvedPath) -> Bool {
        guard root == other.root else { return false }
        for (mine, theirs) in zip(steps, other.steps) where mine != theirs {
            switch (mine, theirs) {
            case (.name, .index), (.index, .name): return true
            default: return false
            }
        }
        return false
    }

    /// Refuses paths that cannot stand beside each other in one expression.
    static func checkApart(_ paths: [ResolvedPath]) throws(ExpressionFault) {
        for (index, path) in paths.enumerated() {
            for other in paths[..<index] {
                if path.overlaps(other) { throw .overlap(other.shown, path.shown) }
                if path.conflicts(with: other) { throw .conflict(other.shown, path.shown) }
            }
        }
    }
}
