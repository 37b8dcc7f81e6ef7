/// What has to stand before the doors open, because autoscaling answers minutes after a flash and the flash is over
/// by then.
package struct OnSalePlan: Equatable, Sendable {
    /// A line of the plan: what is set, and the sum that leads there.
    package struct Line: Equatable, Sendable {
        package let what: String
        package let amount: Int
        package let because: String
    }

    package let forecast: OnSaleForecast
    package let standing: StandingCapacity
    package let tasks: [(service: ScaledService, min: Int, max: Int)]
    package let lines: [Line]
    /// In halves of a unit, as Aurora counts them.
    package let auroraHalfACUs: Int
    /// Twice as much at the peak, as far as Aurora goes.
    package var auroraMaxHalfACUs: Int {
        max(standing.maxHalfACUs, min(StandingCapacity.mostHalfACUs, auroraHalfACUs * 2))
    }
    package let warmReadUnits: Int
    package let warmWriteUnits: Int
    /// An intent enters the index of open ones when it is made and leaves it at its end.
    package var warmIndexWriteUnits: Int {
        max(standing.warmWriteUnits, forecast.withHeadroom(forecast.purchasesPerSecond * 2))
    }
    package var warmsTable: Bool {
        warmReadUnits > standing.warmReadUnits || warmWriteUnits > standing.warmWriteUnits
    }
    package var warmsIndex: Bool { warmIndexWriteUnits > standing.warmWriteUnits }
    package let balancerCapacityUnits: Int

    /// What AWS would refuse until somebody has asked for more.
    package var quotas: [String] {
        guard max(warmReadUnits, warmWriteUnits) > Self.usualTableQuota else { return [] }
        return [
            "DynamoDB: a table has a quota of \(Self.usualTableQuota) read and write units unless it was raised; ask for "
                + "\(max(warmReadUnits, warmWriteUnits)) first"
        ]
    }

    private static let usualTableQuota = 40_000
    /// The least that a load balancer reserves.
    private static let leastCapacityUnits = 100
    /// A capacity unit is 25 new connections a second, or a gigabyte in an hour, whichever is reached first.
    private static let connectionsPerUnit = 25
    private static let bytesPerUnitAndSecond = 1_000_000_000 / 3_600
    /// Buyers' connections end at the edge, which keeps its own to the balancer for many requests.
    private static let requestsPerConnection = 10

    package init(
        _ forecast: OnSaleForecast, policies: ScalingPolicies, standing: StandingCapacity = StandingCapacity()
    ) throws(ScalingError) {
        try forecast.check()
        try standing.check()
        self.forecast = forecast
        self.standing = standing
        var lines: [Line] = []
        var tasks: [(service: ScaledService, min: Int, max: Int)] = []
        for service in ScaledService.allCases {
            let (load, perTask, what) = Self.load(of: service, forecast)
            let range = policies.scaling(of: service).tasks
            let needed = OnSaleForecast.divided(forecast.withHeadroom(load), by: perTask)
            let min = Swift.max(range.min, needed)
            // Above the usual maximum when the sale is larger than that, and with room to grow once more by half.
            tasks.append((service, min, Swift.max(range.max, OnSaleForecast.share(150, of: min))))
            lines.append(
                Line(
                    what: "ticket-\(service.rawValue) tasks", amount: min,
                    because:
                        "\(load) \(what)/s + \(forecast.headroomPercent) % at \(perTask)/s a task; never below \(range.min)"
                ))
        }
        self.tasks = tasks

        let purchases = forecast.withHeadroom(forecast.purchasesPerSecond)
        auroraHalfACUs = Swift.max(
            4, standing.minHalfACUs, OnSaleForecast.divided(purchases * 2, by: forecast.purchasesPerACU))
        guard auroraHalfACUs <= StandingCapacity.mostHalfACUs else {
            throw ScalingError(
                .badForecast,
                "\(purchases) purchases/s need \(auroraHalfACUs / 2) ACU, more than the 256 that one writer can have"
            )
        }
        lines.append(
            Line(
                what: "Aurora minimum, half ACUs", amount: auroraHalfACUs,
                because:
                    "\(purchases) purchases/s at \(forecast.purchasesPerACU)/s an ACU; never below 2 ACU or what stands"
            ))

        (warmReadUnits, warmWriteUnits) = Self.warmThroughput(forecast, standing, &lines)
        balancerCapacityUnits = Self.balancerCapacity(forecast, &lines)
        self.lines = lines
    }

    private static func load(
        of service: ScaledService, _ forecast: OnSaleForecast
    ) -> (load: Int, perTask: Int, what: String) {
        switch service {
        case .publicSite: (forecast.publicRequestsPerSecond, forecast.publicPerTask, "requests past the edge")
        case .confirmDesk: (forecast.confirmRequestsPerSecond, forecast.confirmPerTask, "confirm requests")
        case .orderWorker: (forecast.purchasesPerSecond, forecast.workerPerTask, "purchases")
        }
    }

    /// Every try may reach the table, and a refused transaction is billed like one that came through. Items are
    /// small: one unit each, two in a transaction.
    private static func warmThroughput(
        _ forecast: OnSaleForecast, _ standing: StandingCapacity, _ lines: inout [Line]
    ) -> (read: Int, write: Int) {
        let items = 2 + forecast.seatsPerIntent
        let opening = forecast.confirmRequestsPerSecond * items * 2
        // Claim and settle write the same items once more each.
        let settling = forecast.purchasesPerSecond * items * 2 * 2
        let write = Swift.max(standing.warmWriteUnits, forecast.withHeadroom(opening + settling))
        lines.append(
            Line(
                what: "DynamoDB warm writes", amount: write,
                because:
                    "\(forecast.confirmRequestsPerSecond) tries/s x \(items) items x 2 + \(forecast.purchasesPerSecond) "
                    + "purchases/s x \(items) x 2 x 2, + \(forecast.headroomPercent) %; never below \(standing.warmWriteUnits)"
            ))
        let read = Swift.max(
            standing.warmReadUnits, forecast.withHeadroom(forecast.confirmRequestsPerSecond * 2))
        lines.append(
            Line(
                what: "DynamoDB warm reads", amount: read,
                because:
                    "a strong read of the intent before and after each of \(forecast.confirmRequestsPerSecond) tries/s, "
                    + "+ \(forecast.headroomPercent) %; never below \(standing.warmReadUnits)"))
        return (read, write)
    }

    private static func balancerCapacity(_ forecast: OnSaleForecast, _ lines: inout [Line]) -> Int {
        let requests = forecast.withHeadroom(forecast.balancerRequestsPerSecond)
        let connections = OnSaleForecast.divided(requests, by: requestsPerConnection)
        let byConnections = OnSaleForecast.divided(connections, by: connectionsPerUnit)
        let byBytes = OnSaleForecast.divided(requests * forecast.responseBytes, by: bytesPerUnitAndSecond)
        let units = Swift.max(leastCapacityUnits, byConnections, byBytes)
        lines.append(
            Line(
                what: "ALB capacity units", amount: units,
                because:
                    "\(requests) requests/s: \(byConnections) for \(connections) new connections/s, \(byBytes) for "
                    + "\(forecast.responseBytes) bytes each; never below \(leastCapacityUnits)"))
        return units
    }

    package static func == (left: OnSalePlan, right: OnSalePlan) -> Bool {
        left.forecast == right.forecast && left.standing == right.standing && left.lines == right.lines
            && left.tasks.elementsEqual(right.tasks, by: ==)
    }
}
