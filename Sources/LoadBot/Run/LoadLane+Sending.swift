import HTTP

/// What each arrival becomes.
extension LoadLane {
    func send(_ arrival: ArrivalSchedule.Arrival, nowNs: UInt64) {
        var draw = SeededDraw(seed: plan.scenario.seed, number: arrival.number)
        let operation = drawing.draw(&draw)
        let event = plan.sale.events.count == 1 ? 0 : draw.below(plan.sale.events.count)
        switch operation {
        case .event, .map, .availability, .seats: read(operation, event, arrival, &draw)
        case .intent: buy(event, arrival, &draw)
        case .cancel: buy(event, arrival, &draw, isToCancel: true)
        case .replay, .seatConflict, .keyConflict: followUp(operation, event, arrival, nowNs, &draw)
        case .probe: sendProbe(arrival)
        }
    }

    private func read(
        _ operation: Operation, _ event: Int, _ arrival: ArrivalSchedule.Arrival, _ draw: inout SeededDraw
    ) {
        let exchange = takeFlight(Flight(operation: operation, dueNs: arrival.dueNs, event: event))
        exchange.isRepeatable = true
        switch operation {
        case .event: book.event(event, into: &exchange.bytes)
        case .map: book.map(event, into: &exchange.bytes)
        case .seats: book.seats(event, &draw, into: &exchange.bytes)
        default: book.availability(event, since: versions[event], into: &exchange.bytes)
        }
        publicClient.send(exchange, timeoutMs: UInt64(plan.scenario.timeoutMs))
    }

    private func buy(
        _ event: Int, _ arrival: ArrivalSchedule.Arrival, _ draw: inout SeededDraw, isToCancel: Bool = false
    ) {
        let identity = PurchaseIdentity(
            number: arrival.number, event: event, buyer: draw.below(book.buyers),
            seats: choice.seats(of: plan.sale.events[event], &draw))
        sendIntent(.intent, identity, about: -1, arrival, isToCancel: isToCancel)
    }

    /// A request on top of the arrivals, since nobody knows before the run which purchases are granted.
    func cancel(_ place: Int, dueNs: UInt64, nowNs: UInt64) {
        tally.offered += 1
        tally.lateness.record(nanoseconds: nowNs - dueNs)
        let purchase = result.memory[place]
        result.memory.noteAsked(place)
        let exchange = takeFlight(Flight(operation: .cancel, dueNs: dueNs, about: place))
        // It may be repeated without harm, as the contract says.
        exchange.isRepeatable = true
        book.cancel(purchase.id, buyer: purchase.identity.buyer, into: &exchange.bytes)
        confirmClient.send(exchange, timeoutMs: UInt64(plan.scenario.timeoutMs))
    }

    /// What comes after a purchase needs one; as long as there is none, it is one itself.
    private func followUp(
        _ operation: Operation, _ event: Int, _ arrival: ArrivalSchedule.Arrival, _ nowNs: UInt64,
        _ draw: inout SeededDraw
    ) {
        let limitNs = nowNs - min(nowNs, thinkNs)
        guard let place = result.memory.any(answeredBefore: limitNs, &draw) else {
            return buy(event, arrival, &draw)
        }
        var identity = result.memory[place].identity
        switch operation {
        case .replay: sendIntent(.replay, identity, about: place, arrival)
        case .seatConflict:
            identity.number = arrival.number
            identity.buyer = (identity.buyer + 1) % book.buyers
            sendIntent(.seatConflict, identity, about: -1, arrival)
        default:
            // The same key for one seat more or less is another request.
            let capacity = plan.sale.events[identity.event].capacity
            let seats = identity.seats
            identity.seats =
                seats.count > 1 ? seats.dropLast() : seats.lowerBound..<min(seats.upperBound + 1, capacity)
            guard identity.seats != seats else { return buy(event, arrival, &draw) }
            sendIntent(.keyConflict, identity, about: place, arrival)
        }
    }

    var thinkNs: UInt64 { UInt64(plan.scenario.purchases.thinkMs) * 1_000_000 }

    private func sendIntent(
        _ operation: Operation, _ identity: PurchaseIdentity, about place: Int,
        _ arrival: ArrivalSchedule.Arrival, isToCancel: Bool = false
    ) {
        let exchange = takeFlight(
            Flight(
                operation: operation, dueNs: arrival.dueNs, event: identity.event, identity: identity,
                about: place, isToCancel: isToCancel))
        // Repeated over a new connection, a purchase could be answered as a replay: that is for replays to count.
        exchange.isRepeatable = operation != .intent && operation != .seatConflict
        book.intent(identity, into: &exchange.bytes)
        confirmClient.send(exchange, timeoutMs: UInt64(plan.scenario.timeoutMs))
    }
}
