import Scaling
import Testing

@Suite("The plan of an on-sale")
struct OnSalePlanTests {
    private func forecast(_ change: (inout OnSaleForecast) -> Void = { _ in }) -> OnSaleForecast {
        var forecast = OnSaleForecast(requestsPerSecond: 100_000)
        change(&forecast)
        return forecast
    }

    private func plan(
        standing: StandingCapacity = StandingCapacity(), _ change: (inout OnSaleForecast) -> Void = { _ in }
    ) throws -> OnSalePlan {
        try OnSalePlan(forecast(change), policies: try ScalingPolicies(), standing: standing)
    }

    private func steps(_ plan: OnSalePlan) throws -> [OnSaleCommands.Step] {
        try OnSaleCommands(
            plan, names: OnSaleNames(application: "shop", auroraCluster: "shop-db"),
            policies: try ScalingPolicies(), up: "2027-03-01T00:30:00", down: "2027-03-01T02:00:00"
        ).steps
    }

    private func tasks(_ plan: OnSalePlan, _ service: ScaledService) throws -> (min: Int, max: Int) {
        let found = try #require(plan.tasks.first { $0.service == service })
        return (found.min, found.max)
    }

    @Test("the sums can be done again by hand")
    func sums() throws {
        let plan = try plan()
        // 95,000 reads, of which the edge lets a fifth through; 5,000 purchases tried.
        #expect(plan.forecast.publicRequestsPerSecond == 19_000)
        #expect(plan.forecast.confirmRequestsPerSecond == 5_000)
        // 19,000 x 1.3 / 800 = 30.9; 5,000 x 1.3 / 800 = 8.1; 1,000 x 1.3 / 100 = 13.
        #expect(try tasks(plan, .publicSite) == (31, 150))
        #expect(try tasks(plan, .confirmDesk) == (9, 60))
        #expect(try tasks(plan, .orderWorker) == (13, 40))
        // 1,300 purchases/s at 100 an ACU.
        #expect(plan.auroraHalfACUs == 26 && plan.auroraMaxHalfACUs == 128)
        // (5,000 x 4 x 2 + 1,000 x 4 x 2 x 2) x 1.3
        #expect(plan.warmWriteUnits == 72_800)
        #expect(plan.warmReadUnits == 13_000)
        // 24,000 x 1.3 = 31,200 requests/s of 4,000 bytes against 277,777 bytes/s a unit.
        #expect(plan.balancerCapacityUnits == 450)
    }

    @Test("nothing falls below what stands every day, or below the least that AWS has")
    func floors() throws {
        let plan = try plan { forecast in
            forecast.requestsPerSecond = 10
            forecast.purchasesPerSecond = 1
        }
        #expect(try tasks(plan, .publicSite).min == 3)
        #expect(try tasks(plan, .orderWorker).min == 2)
        #expect(plan.auroraHalfACUs == 4)
        #expect(plan.warmReadUnits == 12_000 && plan.warmWriteUnits == 4_000)
        #expect(plan.balancerCapacityUnits == 100)
    }

    @Test("a sale larger than the usual maximum raises it, with room to grow once more")
    func beyond() throws {
        let plan = try plan { $0.requestsPerSecond = 1_000_000 }
        #expect(try tasks(plan, .publicSite) == (309, 464))
    }

    @Test("a forecast that cannot be is refused")
    func refused() {
        let changes: [(inout OnSaleForecast) -> Void] = [
            { $0.requestsPerSecond = 0 }, { $0.edgePercent = 101 }, { $0.confirmPercent = -1 },
            { $0.publicPerTask = 0 }, { $0.workerPerTask = -1 }, { $0.purchasesPerACU = 0 },
            { $0.headroomPercent = -1 }, { $0.seatsPerIntent = 0 },
        ]
        for change in changes {
            let error = #expect(throws: ScalingError.self) { try plan(change) }
            #expect(error?.code == .badForecast)
        }
    }

    @Test("what no writer of Aurora can bear is refused and not rounded down")
    func aurora() {
        let error = #expect(throws: ScalingError.self) { try plan { $0.purchasesPerSecond = 50_000 } }
        #expect(error?.code == .badForecast)
    }

    @Test("commands raise every service before, lower it after, and bring Aurora, the table and the balancer")
    func commands() throws {
        let steps = try steps(plan { $0.purchasesPerSecond = 2_000 })
        let before = steps.filter { $0.phase == .before }.map(\.line)
        for service in ["public", "confirm", "worker"] {
            let own = before.filter { $0.contains("service/shop/shop-\(service) ") }
            #expect(own.count == 2)
            #expect(
                own[0].contains("'at(2027-03-01T00:30:00)'") && own[1].contains("'at(2027-03-01T02:00:00)'"))
        }
        #expect(before.contains { $0.contains("MinCapacity=31,MaxCapacity=150") })
        #expect(
            before.contains {
                $0.contains("--db-cluster-identifier shop-db") && $0.contains("MinCapacity=26,MaxCapacity=64")
            })
        #expect(
            before.contains {
                $0.contains("--table-name shop-ledger ")
                    && $0.contains("ReadUnitsPerSecond=13000,WriteUnitsPerSecond=93600 ")
                    && $0.contains(
                        "IndexName=open,WarmThroughput={ReadUnitsPerSecond=12000,WriteUnitsPerSecond=5200}")
            })
        #expect(before.contains { $0.contains("CapacityUnits=450") })
        let after = steps.filter { $0.phase == .after }.map(\.line)
        #expect(after.contains { $0.contains("MinCapacity=1,MaxCapacity=64") })
        #expect(after.contains { $0.contains("--reset-capacity-reservation") })
    }

    @Test("what stands every day is never lowered before a sale, and is what stands again after it")
    func standing() throws {
        var standing = StandingCapacity()
        standing.minHalfACUs = 40
        standing.maxHalfACUs = 60
        standing.warmReadUnits = 20_000
        standing.warmWriteUnits = 30_000
        let plan = try plan(standing: standing)
        // 1,300 purchases/s want 13 ACU and 20 stand; twice 20 is more than the usual 30. 13,000 reads are warm already.
        #expect(plan.auroraHalfACUs == 40 && plan.auroraMaxHalfACUs == 80)
        #expect(plan.warmReadUnits == 20_000 && plan.warmWriteUnits == 72_800)
        let steps = try steps(plan)
        let warming = try #require(steps.first { $0.line.contains("update-table") })
        #expect(
            warming.line.contains("--warm-throughput ReadUnitsPerSecond=20000,WriteUnitsPerSecond=72800"))
        // Its index is warm for 30,000 writes and needs 2,600.
        #expect(!warming.line.contains("IndexName"))
        #expect(steps.contains { $0.phase == .after && $0.line.contains("MinCapacity=20,MaxCapacity=30 ") })
    }

    @Test("a table that is warm enough is left alone: AWS refuses a lowering")
    func warmEnough() throws {
        var standing = StandingCapacity()
        standing.warmReadUnits = 13_000
        standing.warmWriteUnits = 72_800
        #expect(try !steps(plan(standing: standing)).contains { $0.line.contains("dynamodb") })
        standing.warmWriteUnits -= 1
        #expect(try steps(plan(standing: standing)).contains { $0.line.contains("dynamodb") })
    }

    @Test("half a unit is Aurora's least, and a sale gives it back")
    func halfUnit() throws {
        var standing = StandingCapacity()
        standing.minHalfACUs = 1
        #expect(
            try steps(plan(standing: standing)).contains {
                $0.phase == .after && $0.line.contains("MinCapacity=0.5,MaxCapacity=64 ")
            })
        for (min, max) in [(0, 128), (3, 2), (2, 513)] {
            (standing.minHalfACUs, standing.maxHalfACUs) = (min, max)
            #expect(throws: ScalingError.self) { try plan(standing: standing) }
        }
    }

    @Test(
        "a name that a shell would read otherwise is refused", arguments: ["", "a b", "a;b", "$(a)", "a'b"])
    func names(name: String) throws {
        let error = #expect(throws: ScalingError.self) {
            try OnSaleCommands(
                try plan(), names: OnSaleNames(application: name, auroraCluster: "a"),
                policies: try ScalingPolicies(), up: "a", down: "b")
        }
        #expect(error?.code == .badName)
    }
}
