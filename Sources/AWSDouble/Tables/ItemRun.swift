/// The items of one partition, of a table or of an index, in the order of their sort key.
final class ItemRun {
    struct Entry {
        let sort: KeyValue?
        let item: StoredItem
    }

    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    func item(sort: KeyValue?) -> StoredItem? {
        let index = lowerBound(sort)
        guard index < entries.count, entries[index].sort == sort else { return nil }
        return entries[index].item
    }

    /// Puts it in the place of the one with the same key, or between its neighbours.
    func put(_ item: StoredItem, sort: KeyValue?) {
        let place = place(of: item, sort: sort)
        if place < entries.count, order(entries[place], sort, item.key) == 0 {
            entries[place] = Entry(sort: sort, item: item)
        } else {
            entries.insert(Entry(sort: sort, item: item), at: place)
        }
    }

    func remove(_ item: StoredItem, sort: KeyValue?) {
        let place = place(of: item, sort: sort)
        guard place < entries.count, order(entries[place], sort, item.key) == 0 else { return }
        entries.remove(at: place)
    }

    /// The first place whose sort key is not below this one.
    func lowerBound(_ sort: KeyValue?) -> Int { firstPlace { KeyValue.order($0.sort, sort) >= 0 } }

    /// The first place whose sort key is above this one.
    func upperBound(_ sort: KeyValue?) -> Int { firstPlace { KeyValue.order($0.sort, sort) > 0 } }

    /// The first place behind an item that may be gone by now: where a page goes on.
    func placeAfter(sort: KeyValue?, key: ItemKey) -> Int { firstPlace { order($0, sort, key) > 0 } }

    /// The first place that is not before it.
    func placeOf(sort: KeyValue?, key: ItemKey) -> Int { firstPlace { order($0, sort, key) >= 0 } }

    private func place(of item: StoredItem, sort: KeyValue?) -> Int { placeOf(sort: sort, key: item.key) }

    /// In an index several items may have one sort key; then the table's own key decides.
    private func order(_ entry: Entry, _ sort: KeyValue?, _ key: ItemKey) -> Int {
        let bySort = KeyValue.order(entry.sort, sort)
        if bySort != 0 { return bySort }
        let byPartition = KeyValue.order(entry.item.key.partition, key.partition)
        return byPartition != 0 ? byPartition : KeyValue.order(entry.item.key.sort, key.sort)
    }

    private func firstPlace(where isBehind: (Entry) -> Bool) -> Int {
        var lower = 0
        var upper = entries.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if isBehind(entries[middle]) { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }
}
