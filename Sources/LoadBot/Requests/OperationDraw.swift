/// Which request an arrival is, and for what: by the scenario's shares and chance alone. `cancel` is a purchase whose buyer
/// cancels it; its cancel follows when it is granted.
struct OperationDraw {
    private enum Part { case read, purchase, queue }

    private let parts: WeightedChoice<Part>
    private let reads: WeightedChoice<Operation>
    private let purchases: WeightedChoice<Operation>
    private let queueOperation: Operation

    /// Without a queue to send to, its share goes to purchases: they make the messages.
    init(_ scenario: Scenario, queueIsReachable: Bool) {
        let mix = scenario.mix
        parts = WeightedChoice([
            (.read, mix.publicShare), (.purchase, mix.confirmShare), (.queue, mix.queueShare),
        ])
        reads = WeightedChoice([
            (.event, mix.event), (.map, mix.map), (.seats, mix.seats),
            // Something must be above 0, also where nothing is read.
            (.availability, max(mix.availability, mix.publicShare > 0 ? 0 : 1)),
        ])
        let buying = scenario.purchases
        let fresh = 100 - buying.repeatPercent - buying.conflictPercent - buying.cancelPercent
        purchases = WeightedChoice([
            (.intent, max(fresh, fresh == 0 ? 0 : 0.001)), (.replay, buying.repeatPercent),
            (.seatConflict, buying.conflictPercent / 2), (.keyConflict, buying.conflictPercent / 2),
            (.cancel, buying.cancelPercent),
        ])
        queueOperation = queueIsReachable ? .probe : .intent
    }

    func draw(_ draw: inout SeededDraw) -> Operation {
        switch parts.draw(&draw) {
        case .read: reads.draw(&draw)
        case .purchase: purchases.draw(&draw)
        case .queue: queueOperation
        }
    }
}
