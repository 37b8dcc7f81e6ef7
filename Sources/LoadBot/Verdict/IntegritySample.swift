import JSON

/// One reading of an event's integrity page.
package struct IntegritySample: Equatable, Sendable {
    package let capacity: Int64
    package let free: Int64
    package let held: Int64
    package let selling: Int64
    package let sold: Int64
    package let blocked: Int64
    package let oversold: Int64
    package let ticketsInOrders: Int64
    package let strays: Int64
    package let queueDepth: Int64
    /// Nil when the queue does not tell.
    package let workerLagMs: Int64?

    package init?(_ body: [UInt8]) {
        guard let page = try? JSONValue(parsing: body) else { return nil }
        func number(_ name: String) -> Int64? { page[name]?.integer }
        guard let capacity = number("capacity"), let free = number("free"), let held = number("held"),
            let selling = number("selling"), let sold = number("sold"), let blocked = number("blocked"),
            let oversold = number("oversold"), let ticketsInOrders = number("ticketsInOrders"),
            let strays = number("strays"), let queueDepth = number("queueDepth"),
            let lag = page["workerLagMs"], lag == .null || lag.integer != nil
        else { return nil }
        self.capacity = capacity
        self.free = free
        self.held = held
        self.selling = selling
        self.sold = sold
        self.blocked = blocked
        self.oversold = oversold
        self.ticketsInOrders = ticketsInOrders
        self.strays = strays
        self.queueDepth = queueDepth
        self.workerLagMs = lag.integer
    }

    /// What must be so at every moment.
    package var faults: [String] {
        var faults: [String] = []
        let sum = free + held + selling + sold + blocked
        if sum != capacity {
            faults.append("the seats of all states are \(sum), the capacity is \(capacity)")
        }
        if oversold != 0 { faults.append("\(oversold) seats have more than one live ticket") }
        if strays != 0 { faults.append("\(strays) locks are of seats that the map does not have") }
        return faults
    }

    /// What must be so once the queue is empty.
    package var faultsAtRest: [String] {
        var faults = faults
        if queueDepth != 0 { faults.append("\(queueDepth) messages are still in the queue") }
        if ticketsInOrders != sold {
            faults.append("\(sold) seats are sold, but orders have \(ticketsInOrders) tickets")
        }
        return faults
    }
}
