/// Attributes by name, in the order of their names: a handful is found faster by comparing than by hashing, and
/// equal maps are equal arrays.
package struct AttributeMap: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let name: Text
        package var value: AttributeValue
    }

    package private(set) var entries: [Entry]

    package init() { entries = [] }

    /// Names must be given once each.
    init(unordered: [Entry]) {
        entries = unordered
        // Mostly short, and mostly in order already.
        for index in entries.indices.dropFirst() {
            let entry = entries[index]
            var place = index
            while place > 0, entry.name < entries[place - 1].name {
                entries[place] = entries[place - 1]
                place -= 1
            }
            if place != index { entries[place] = entry }
        }
    }

    package var isEmpty: Bool { entries.isEmpty }

    package subscript(name: Text) -> AttributeValue? {
        get {
            let (index, isThere) = place(of: name)
            return isThere ? entries[index].value : nil
        }
        set {
            let (index, isThere) = place(of: name)
            switch (isThere, newValue) {
            case (true, let value?): entries[index].value = value
            case (false, let value?): entries.insert(Entry(name: name, value: value), at: index)
            case (true, nil): entries.remove(at: index)
            case (false, nil): return
            }
        }
    }

    private func place(of name: Text) -> (index: Int, isThere: Bool) {
        var lower = 0
        var upper = entries.count
        while lower < upper {
            let middle = (lower + upper) / 2
            let order = Text.order(entries[middle].name, name)
            if order == 0 { return (middle, true) }
            if order < 0 { lower = middle + 1 } else { upper = middle }
        }
        return (lower, false)
    }

    /// Bytes of an item: the lengths of its names and the sizes of its values.
    var size: Int { entries.reduce(0) { $0 + $1.name.count + $1.value.size } }
}
