/// Names a message in this worker's hands, from its receive until it is deleted or given back.
struct HandID: Hashable, Sendable {
    let number: UInt64
}
