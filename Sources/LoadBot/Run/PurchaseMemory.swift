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
            /// Its seats are watched and must stay taken.
            case never
            case asked
            /// Answered with 200: it must stay cancelled.
            case granted
        }
    }

    private(set) var purchases: [Purchase] = []
    /// Those beyond it are counted and not checked; the verdict says so.
    private(set) var forgotten = 0

    static let capacity = 4_000_000

    mutating func remember(_ purchase: Purchase) {
        guard purchases.count < Self.capacity else { return forgotten += 1 }
        purchases.append(purchase)
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

    /// The newest that nobody has cancelled yet. The worker may have been faster: that is an answer too.
    mutating func takeToCancel(answeredBefore limitNs: UInt64) -> Int? {
        // The newest first: "at once" means before the worker has it.
        let place = purchases.indices.suffix(64).last {
            purchases[$0].cancel == .no && purchases[$0].answeredAtNs <= limitNs
        }
        guard let place else { return nil }
        purchases[place].cancel = .asked
        return place
    }

    mutating func noteCancelled(_ place: Int) { purchases[place].cancel = .granted }

    subscript(place: Int) -> Purchase { purchases[place] }
}
