/// One write, checked as far as it can be without looking at the item.
struct WriteAction {
    enum Effect {
        case put(AttributeMap)
        case update(UpdateExpression?, ExpressionScope)
        case delete
        /// Changes nothing: a condition of a transaction.
        case check
    }

    let table: Table
    let key: ItemKey
    let effect: Effect
    let condition: (tree: Condition, scope: ExpressionScope)?
    let returnsOldOnFailure: Bool

    enum Outcome {
        case change(old: StoredItem?, new: StoredItem?)
        case conditionFailed(StoredItem?)
        /// Wrong for this item alone, an operand of another type for example.
        case invalid(Refusal)
    }

    /// What it would do now. Nothing is changed.
    func evaluate() -> Outcome {
        let old = table.item(key)
        if let condition, !condition.tree.holds(for: old?.attributes ?? AttributeMap(), condition.scope) {
            return .conditionFailed(old)
        }
        do throws(Refusal) {
            return .change(old: old, new: try newItem(old))
        } catch {
            return .invalid(error)
        }
    }

    private func newItem(_ old: StoredItem?) throws(Refusal) -> StoredItem? {
        switch effect {
        case .check: return old
        case .delete: return nil
        case .put(let item): return StoredItem(key: key, attributes: item)
        case .update(let update, let scope):
            let start = old?.attributes ?? key.attributes(in: table.definition)
            guard let update else { return StoredItem(key: key, attributes: start) }
            let changed: AttributeMap
            do throws(ExpressionFault) {
                changed = try update.applied(to: start, scope)
            } catch {
                throw error.refusal(in: "UpdateExpression")
            }
            let item = StoredItem(key: key, attributes: changed)
            guard item.size <= StoredItem.maxBytes else {
                throw .validation("Item size to update has exceeded the maximum allowed size")
            }
            try table.definition.checkIndexKeys(of: changed)
            return item
        }
    }

    var isCheck: Bool {
        if case .check = effect { return true }
        return false
    }
}
