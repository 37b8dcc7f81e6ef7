import Glibc

/// The bytes of an answer as they come, in memory of their own that grows with the answer and is given back after a
/// large one.
package struct AnswerBuffer: ~Copyable {
    /// What an idle connection may keep of a large answer.
    private static let keptCapacity = 65_536

    private let usualCapacity: Int
    /// With less room it grows before more is read.
    private let leastRoom: Int
    private var capacity: Int
    package private(set) var base: UnsafeMutableRawPointer
    package private(set) var count = 0

    package init(usualCapacity: Int, leastRoom: Int) {
        self.usualCapacity = usualCapacity
        self.leastRoom = leastRoom
        capacity = usualCapacity
        base = .allocate(byteCount: usualCapacity, alignment: 16)
    }

    deinit { base.deallocate() }

    /// Where the next bytes go, and how many of them there is room for.
    package var end: UnsafeMutableRawPointer { base + count }
    package var room: Int { capacity - count }

    /// So many bytes were written at its end.
    package mutating func added(_ written: Int) { count += written }

    /// For the next answer.
    package mutating func forgetAnswer() {
        count = 0
        if capacity > Self.keptCapacity { replace(by: usualCapacity) }
    }

    /// Squeezes out chunk framing, then grows; false when the answer is larger than `most`.
    package mutating func makeRoom(for parser: inout ResponseParser, atMost most: Int) -> Bool {
        if room >= leastRoom, capacity >= parser.expectedBytes { return true }
        count = parser.compact(base, count: count)
        if room >= leastRoom, capacity >= parser.expectedBytes { return true }
        guard capacity < most else { return room > 0 }
        replace(by: min(max(capacity * 2, parser.expectedBytes + leastRoom), most))
        return true
    }

    private mutating func replace(by newCapacity: Int) {
        let moved = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        memcpy(moved, base, count)
        base.deallocate()
        base = moved
        capacity = newCapacity
    }
}
