/// One piece of work for a loop: a job of the Swift runtime, or a closure of our own.
enum LoopWork {
    case job(UnownedJob)
    /// A job of an actor that lives on the loop.
    case isolatedJob(UnownedJob)
    case closure(() -> Void)
}

/// Work in the order in which it came. What is taken leaves at the front without moving the rest, so that a long
/// queue is not copied once a batch.
struct WorkQueue {
    private var items: [LoopWork] = []
    private var first = 0

    /// What a burst has grown is given back once it is over.
    private static let keptCapacity = 4_096

    var isEmpty: Bool { first == items.count }
    var count: Int { items.count - first }

    mutating func append(_ work: LoopWork) { items.append(work) }

    /// Moves all of it here.
    mutating func append(_ work: inout [LoopWork]) {
        guard !work.isEmpty else { return }
        items += work
        work.removeAll(keepingCapacity: work.capacity <= Self.keptCapacity)
    }

    @inline(__always)
    mutating func popFirst() -> LoopWork? {
        guard first < items.count else { return nil }
        let work = items[first]
        first += 1
        if first == items.count {
            items.removeAll(keepingCapacity: items.capacity <= Self.keptCapacity)
            first = 0
        } else if first >= Self.keptCapacity, first * 2 >= items.count {
            items.removeFirst(first)
            first = 0
        }
        return work
    }
}
