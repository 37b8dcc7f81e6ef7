/// Input buffers of one loop that nobody uses at the moment. The one given back last is handed out first: it
/// is still in the cache, and in the steady state one buffer serves every connection.
final class InputBufferPool {
    private var free: [InputBuffer] = []
    private let limits: ParserLimits
    let maxCapacity: Int

    /// More than this many at rest would only keep the memory of a burst.
    private static let maxFree = 128

    init(limits: ParserLimits) {
        self.limits = limits
        maxCapacity = max(limits.bufferBytes, InputBuffer.usualCapacity)
    }

    func take() -> InputBuffer { free.popLast() ?? InputBuffer(limits: limits) }

    func giveBack(_ buffer: InputBuffer) {
        guard free.count < Self.maxFree, buffer.capacity == InputBuffer.usualCapacity else { return }
        buffer.clear()
        free.append(buffer)
    }
}
