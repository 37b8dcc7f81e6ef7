/// The messages of one group, oldest first. Nobody gets any of them while one is in flight.
final class MessageGroup {
    let id: Text
    private(set) var messages: [QueueMessage] = []
    var inFlightCount = 0
    /// It stands in the row of groups that can be received from.
    var isInRow = false

    init(id: Text) { self.id = id }

    var isAvailable: Bool { inFlightCount == 0 && !messages.isEmpty }

    func append(_ message: QueueMessage) { messages.append(message) }

    func remove(_ message: QueueMessage) {
        guard let index = messages.firstIndex(where: { $0 === message }) else { return }
        messages.remove(at: index)
    }
}

/// Groups in the order in which they became available.
struct GroupRow {
    private var groups: [MessageGroup] = []
    private var first = 0

    mutating func append(_ group: MessageGroup) {
        guard !group.isInRow else { return }
        group.isInRow = true
        groups.append(group)
    }

    /// The next group that really is available; others were emptied meanwhile.
    mutating func popAvailable() -> MessageGroup? {
        while first < groups.count {
            let group = groups[first]
            first += 1
            if first > 1_024, first > groups.count / 2 {
                groups.removeFirst(first)
                first = 0
            }
            group.isInRow = false
            if group.isAvailable { return group }
        }
        return nil
    }
}
