/// What became of one entry of a batch. One bad entry never fails its neighbours.
package enum EntryResult: Sendable {
    case done
    /// The receipt is no longer good: the message was received again, deleted, or its visibility has ended.
    /// Nothing was done; whoever holds the message now goes on with it.
    case stale
    case failed(PortError)

    package var isDone: Bool {
        if case .done = self { true } else { false }
    }
}
