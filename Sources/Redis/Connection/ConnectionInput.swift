import Glibc

/// What a server has sent and nobody has read yet, in one piece of memory that the parser looks into.
final class ConnectionInput {
    private(set) var base: UnsafeMutableRawPointer
    private var capacity = ConnectionInput.usualCapacity
    private(set) var count = 0
    private let maxBytes: Int

    private static let usualCapacity = 16_384
    /// What an idle connection may keep of a large answer.
    private static let keptCapacity = 65_536
    private static let leastRoom = 4_096

    init(maxBytes: Int) {
        self.maxBytes = max(maxBytes, Self.usualCapacity)
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var room: Int { capacity - count }
    var end: UnsafeMutableRawPointer { base + count }

    func grew(by bytes: Int) { count += bytes }

    /// Makes room behind what there is, for `expected` bytes in all. `consumed` are not needed any more. False when
    /// an answer would be larger than any that is allowed.
    func makeRoom(expected: Int, consumed: inout Int) -> Bool {
        if consumed > 0, consumed == count || room < Self.leastRoom || expected > capacity {
            memmove(base, base + consumed, count - consumed)
            count -= consumed
            let wanted = expected - consumed
            consumed = 0
            return makeRoom(expected: wanted, consumed: &consumed)
        }
        if count == 0, capacity > Self.keptCapacity { replace(Self.usualCapacity) }
        guard room < Self.leastRoom || expected > capacity else { return true }
        guard capacity < maxBytes else { return room > 0 }
        replace(min(max(capacity * 2, expected + Self.leastRoom), maxBytes))
        return true
    }

    private func replace(_ newCapacity: Int) {
        let moved = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        memcpy(moved, base, count)
        base.deallocate()
        base = moved
        capacity = newCapacity
    }
}
