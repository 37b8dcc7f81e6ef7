/// Every purchase that was answered with 201, so that repeats can be compared and nothing acknowledged is forgotten.
struct PurchaseMemory {
    struct Purchase: Sendable {
        let identity: PurchaseIdentity
        /// As it stands in paths.
        let id: [UInt8]
        let answerHash: UInt64
        let answeredAtNs: UInt64
        var cancel = Cancel.no

        enum Cancel: Sendable {
            case no
            case asked
            /// Answered with 200: it must stay cancelled.
            case granted
        }
    }

    private(set) var purchases: [Purchase] = []
    /// Those beyond it are counted and not checked; the verdict says so.
    private(set) var forgotten = 0

    static let capacity = 4_000_000

    /// Its place; nil when it is one too many.
    mutating func remember(_ purchase: Purchase) -> Int? {
        guard purchases.count < Self.capacity else {
            forgotten += 1
            return nil
        }
        purchases.append(purchase)
        return purchases.count - 1
    }

    /// One that was answered long enough ago, by chance.
    func any(answeredBefore limitNs: UInt64, _ draw: inout SeededDraw) -> Int? {
        guard !purchases.isEmpty else { return nil }
        for _ in 0..<4 {
            let place = draw.below(purchases.count)
            if purchases[place].answeredAtNs <= limitNs { return place }
        }
        return nil
    }

    mutating func noteAsked(_ place: Int) { purchases[place].cancel = .asked }

    mutating func noteCancelled(_ place: Int) { purchases[place].cancel = .granted }

    subscript(place: Int) -> Purchase { purchases[place] }
}
