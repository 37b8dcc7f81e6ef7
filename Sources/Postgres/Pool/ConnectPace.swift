import Ticketing

/// When the next connection may be tried: at once, and after failures later and later, each process at its own
/// moment, so that a server that comes back is not met by all of them together.
struct ConnectPace {
    private static let firstMs: UInt64 = 50
    private static let longestMs: UInt64 = 1_000

    private let randomness: any Randomness
    private var delayMs: UInt64 = firstMs
    private(set) var nextNs: UInt64 = 0

    init(_ randomness: any Randomness) { self.randomness = randomness }

    mutating func failed(atNs nowNs: UInt64) {
        let jittered = delayMs / 2 + UInt64(randomness.below(Int(delayMs / 2) + 1))
        nextNs = nowNs + jittered * 1_000_000
        delayMs = min(delayMs * 2, Self.longestMs)
    }

    mutating func succeeded() {
        delayMs = Self.firstMs
        nextNs = 0
    }
}
