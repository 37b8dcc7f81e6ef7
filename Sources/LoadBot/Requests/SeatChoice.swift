/// Which seats a purchase wants.
struct SeatChoice {
    private let purchases: ScenarioPurchases
    private let shard: Shard
    private var turn: UInt64 = 0

    /// `shard` is this lane among all lanes of all boxes, so that none takes another's seats on purpose.
    init(_ purchases: ScenarioPurchases, shard: Shard) {
        self.purchases = purchases
        self.shard = shard
        turn = UInt64((purchases.seatsTaken + shard.count - 1) / shard.count)
    }

    /// Places in the event's map, next to each other.
    mutating func seats(of event: SaleView.Event, _ draw: inout SeededDraw) -> Range<Int> {
        let most = min(purchases.seatsPerIntent, event.seatsPerIntent, event.seats.count)
        switch purchases.choice {
        case .eachOnce:
            let blocks = event.seats.count / most
            let place = Self.scattered(turn &* UInt64(shard.count) &+ UInt64(shard.index), among: blocks)
            turn += 1
            return (place * most)..<(place * most + most)
        case .random:
            let count = 1 + draw.below(most)
            let isHot = draw.unit() * 100 < purchases.hotSeatPercent
            let among = isHot ? min(purchases.hotSeats, event.seats.count) : event.seats.count
            let first = min(draw.below(among), event.seats.count - count)
            return first..<(first + count)
        }
    }

    /// Each place once before any comes again, neighbours far apart: a stride that shares no factor with the count.
    private static func scattered(_ turn: UInt64, among count: Int) -> Int {
        var stride = UInt64(Double(count) * 0.618) | 1
        while greatestDivisor(stride, UInt64(count)) != 1 { stride += 2 }
        return Int(turn % UInt64(count) &* stride % UInt64(count))
    }

    private static func greatestDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
