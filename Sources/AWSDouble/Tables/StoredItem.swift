/// An item as it stands in a table. It never changes: a write puts another in its place, so whoever holds one has
/// a view of one moment.
final class StoredItem {
    let key: ItemKey
    let attributes: AttributeMap
    let size: Int

    /// 400 KB with the names of its attributes.
    static let maxBytes = 409_600

    init(key: ItemKey, attributes: AttributeMap) {
        self.key = key
        self.attributes = attributes
        size = attributes.size
    }
}
