/// Collects elements into batches: a batch goes when it is full, or when its first element has waited long
/// enough.
struct Gathering<Element> {
    let maxBatch: Int
    private(set) var elements: [Element] = []

    init(maxBatch: Int) {
        precondition(maxBatch > 0, "a batch has at least one element")
        self.maxBatch = maxBatch
    }

    mutating func add(_ element: Element) -> GatheringCue {
        elements.append(element)
        if elements.count.isMultiple(of: maxBatch) { return .sendNow }
        return elements.count == 1 ? .sendAfterLinger : .none
    }

    /// The oldest, at most a batch.
    mutating func take() -> [Element] {
        guard elements.count > maxBatch else {
            let batch = elements
            elements = []
            elements.reserveCapacity(min(batch.count, maxBatch))
            return batch
        }
        let batch = Array(elements.prefix(maxBatch))
        elements.removeFirst(maxBatch)
        return batch
    }

    var isEmpty: Bool { elements.isEmpty }
    var isFull: Bool { elements.count >= maxBatch }
}

/// What the owner of a batch has to do after an element came.
enum GatheringCue: Equatable {
    case none
    /// The first one: send when the linger has passed.
    case sendAfterLinger
    case sendNow
}
