/// One of several equal parts of a run: of boxes, and of the loops of a box.
package struct Shard: Equatable, Sendable, CustomStringConvertible {
    /// From 0.
    package let index: Int
    package let count: Int

    package static let whole = Shard(index: 0, count: 1)!
    package static let maxCount = 1_024

    package init?(index: Int, count: Int) {
        guard 1...Self.maxCount ~= count, 0..<count ~= index else { return nil }
        self.index = index
        self.count = count
    }

    /// `2/8`, counted from 1 as people do.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(index: number - 1, count: count)
    }

    package func owns(_ number: UInt64) -> Bool { number % UInt64(count) == UInt64(index) }

    /// How many of so many things fall to this part; one at least, since a part without any can do nothing.
    package func share(of total: Int) -> Int { max(1, (total + count - 1 - index) / count) }

    /// This part cut into `lanes` parts of its own.
    package func lane(_ lane: Int, of lanes: Int) -> Shard {
        let lane = Shard(index: index + count * lane, count: count * lanes)
        precondition(lane != nil, "a run has at most \(Self.maxCount) parts")
        return lane!
    }

    package var description: String { "\(index + 1)/\(count)" }
}
