/// Chance. Live adapters draw from the system's generator, tests from a seed.
package protocol Randomness: Sendable {
    /// 64 bits, each as likely as its opposite.
    func next() -> UInt64
}

extension Randomness {
    package func attempt(at now: Timestamp) -> Attempt {
        Attempt(at: now, next(), next())
    }

    package func bytes(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { bytes.append(contentsOf: next().bigEndianBytes) }
        return Array(bytes.prefix(count))
    }

    /// Evenly spread from 0 up to but not including `bound`, which must be above 0.
    package func below(_ bound: Int) -> Int {
        precondition(bound > 0, "an empty range has no random element")
        // The high half of the product is even enough for jitter and choices: off by one part in 2^64 /
        // bound.
        return Int(UInt64(bound).multipliedFullWidth(by: next()).high)
    }
}
