import EventLoop

/// Where the two services are; a system behind one address has the same twice.
package struct LoadTarget: Sendable {
    package let publicAddress: SocketAddress
    package let publicHost: String
    package let confirmAddress: SocketAddress
    package let confirmHost: String

    package init(
        publicAddress: SocketAddress, publicHost: String, confirmAddress: SocketAddress, confirmHost: String
    ) {
        self.publicAddress = publicAddress
        self.publicHost = publicHost
        self.confirmAddress = confirmAddress
        self.confirmHost = confirmHost
    }

    package init(_ address: SocketAddress, host: String? = nil) {
        let host = host ?? address.description
        self.init(publicAddress: address, publicHost: host, confirmAddress: address, confirmHost: host)
    }
}

/// All that one loop needs to do its part of a run.
struct LanePlan: Sendable {
    let scenario: Scenario
    let target: LoadTarget
    let sale: SaleView
    let book: RequestBook
    /// Among all lanes of all boxes.
    let shard: Shard
    let startNs: UInt64
    let queueIsReachable: Bool
}

/// One slice of one lane.
struct LaneSlice: Sendable {
    let index: Int
    let tally: Tally
    let waiting: Int
    let taken: [TakenSeats]
}

/// Seats that nobody may be shown as free any more.
struct TakenSeats: Sendable {
    let event: Int
    let seats: Range<Int>
    /// On the server's clock, in milliseconds since the epoch.
    let byMs: Int64
}

/// A lane's share of the whole run.
struct LaneResult: Sendable {
    var latencyByOperation: [LatencyHistogram] = []
    var memory = PurchaseMemory()
    /// Answers with 201 that did not say of which intent: nobody can follow them.
    var unnamedPurchases = 0
    var replaysCompared = 0
    /// Whose and how, a few examples.
    var replaysDiffering: [String] = []
    /// Answers with 429 or 503, and those of them that did not say when to come again.
    var refusals = 0
    var refusalsWithoutRetryAfter = 0
    /// What did not look as the contract says, a few examples.
    var surprises: [String] = []
    var cpuNs: UInt64 = 0
    var endedAtNs: UInt64 = 0
}
