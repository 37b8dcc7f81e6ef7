import Testing

@testable import LoadBot

@Suite("What is seen of the system")
struct WatchTests {
    @Test("metrics are read with their labels, and comments are passed over")
    func text() {
        let text = PrometheusText(
            """
            # HELP a Help with blanks 5
            # TYPE a counter
            a{how="ready",to="x y"} 12
            a{how="made"} 3
            b 0.5
            broken
            """)
        #expect(text.series.count == 3)
        #expect(text.sum("a") == 15)
        #expect(text.sum("a", labels: "how=\"ready\"") == 12)
        #expect(text.sum("b") == 0.5)
        #expect(text.sum("c") == nil)
    }

    @Test("figures are what has happened between two readings")
    func figures() throws {
        let before = PrometheusText(
            """
            ticket_public_answers_total{how="ready"} 100
            ticket_public_answers_total{how="made"} 100
            ticket_aws_failures_total{service="dynamodb",kind="throttled"} 5
            ticket_aws_failures_total{service="sqs",kind="throttled"} 50
            ticket_postgres_exchange_duration_seconds_sum{server="db"} 1
            ticket_postgres_exchange_duration_seconds_count{server="db"} 100
            """)
        let after = PrometheusText(
            """
            ticket_public_answers_total{how="ready"} 190
            ticket_public_answers_total{how="made"} 110
            ticket_aws_failures_total{service="dynamodb",kind="throttled"} 25
            ticket_aws_failures_total{service="dynamodb",kind="connection"} 9
            ticket_postgres_exchange_duration_seconds_sum{server="db"} 1.5
            ticket_postgres_exchange_duration_seconds_count{server="db"} 200
            ticket_postgres_connections{server="db"} 5
            ticket_postgres_connections_made_total{server="db"} 50
            ticket_worker_lag_seconds 0.25
            ticket_postgres_connections{server="db"} 3
            ticket_worker_lag_seconds 0.2
            """)
        let figures = SystemFigures.between(before, after, seconds: 10)
        #expect(figures["cacheHitPercent"] == 90)
        #expect(figures["dynamoThrottlesPerSecond"] == 2)
        #expect(abs(try #require(figures["sqlMs"]) - 5) < 1e-9)
        #expect(figures["sqlConnections"] == 8)
        // Every worker says the same of the one queue.
        #expect(figures["queueOldestMs"] == 250)
        // A process that began anew has counted less than before.
        #expect(SystemFigures.between(after, before, seconds: 10)["dynamoThrottlesPerSecond"] == 0.5)
    }

    @Test("every seat comes once before any comes again, over all lanes")
    func eachOnce() throws {
        var purchases = ScenarioPurchases()
        purchases.choice = .eachOnce
        purchases.seatsPerIntent = 1
        let event = SaleView.Event(
            id: "e", seatsPerIntent: 6, holdSeconds: 1, mapTarget: "/m", sections: ["A"],
            seats: (0..<1_000).map { "A-1-\($0)" })
        var seen: Set<Int> = []
        for lane in 0..<4 {
            var choice = SeatChoice(purchases, shard: try #require(Shard(index: lane, count: 4)))
            for number in 0..<250 {
                var draw = SeededDraw(seed: 1, number: UInt64(number))
                let seats = choice.seats(of: event, &draw)
                #expect(seats.count == 1)
                #expect(seen.insert(seats.lowerBound).inserted)
            }
        }
        #expect(seen.count == 1_000)
        // A run that goes on behind the first 600 takes none of them.
        purchases.seatsTaken = 600
        var later = SeatChoice(purchases, shard: .whole)
        purchases.seatsTaken = 0
        var first = SeatChoice(purchases, shard: .whole)
        var draw = SeededDraw(seed: 1, number: 0)
        let early = Set((0..<600).map { _ in first.seats(of: event, &draw).lowerBound })
        for _ in 0..<400 { #expect(!early.contains(later.seats(of: event, &draw).lowerBound)) }
    }

    @Test("the hot share wants one of the few hot seats, the others any")
    func hotSeats() {
        var purchases = ScenarioPurchases()
        purchases.seatsPerIntent = 1
        purchases.hotSeatPercent = 30
        purchases.hotSeats = 10
        let event = SaleView.Event(
            id: "e", seatsPerIntent: 6, holdSeconds: 1, mapTarget: "/m", sections: ["A"],
            seats: (0..<10_000).map { "A-1-\($0)" })
        func hotOnes() -> Int {
            var choice = SeatChoice(purchases, shard: .whole)
            return (0..<10_000).count { number in
                var draw = SeededDraw(seed: 3, number: UInt64(number))
                return choice.seats(of: event, &draw).lowerBound < 10
            }
        }
        #expect(abs(hotOnes() - 3_000) < 200)
        purchases.hotSeatPercent = 0
        #expect(hotOnes() < 50)
        // Fewer seats than are hot.
        purchases.hotSeatPercent = 100
        purchases.hotSeats = 1_000_000
        #expect(hotOnes() < 50)
    }

    @Test("chance follows from seed and number alone, and is spread evenly")
    func chance() {
        var counts = [Int](repeating: 0, count: 10)
        for number in 0..<100_000 {
            var draw = SeededDraw(seed: 42, number: UInt64(number))
            counts[draw.below(10)] += 1
            #expect((0..<1).contains(draw.unit()))
        }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 }, "\(counts)")
        var one = SeededDraw(seed: 1, number: 5)
        var same = SeededDraw(seed: 1, number: 5)
        var other = SeededDraw(seed: 2, number: 5)
        let drawn = one.next()
        #expect(drawn == same.next())
        #expect(drawn != other.next())
    }

    @Test("the mix is what the scenario says, and the queue's share buys where no queue is in reach")
    func mix() {
        let scenario = Scenario()
        func counts(_ isReachable: Bool) -> [Operation: Int] {
            let drawing = OperationDraw(scenario, queueIsReachable: isReachable)
            var counts: [Operation: Int] = [:]
            for number in 0..<100_000 {
                var draw = SeededDraw(seed: 1, number: UInt64(number))
                counts[drawing.draw(&draw), default: 0] += 1
            }
            return counts
        }
        let reads: [Operation] = [.event, .map, .availability, .seats]
        let buys: [Operation] = [.intent, .replay, .seatConflict, .keyConflict, .cancel]
        let with = counts(true)
        #expect(abs(reads.reduce(0) { $0 + with[$1, default: 0] } - 70_000) < 1_000)
        #expect(abs(buys.reduce(0) { $0 + with[$1, default: 0] } - 20_000) < 1_000)
        #expect(abs(with[.probe, default: 0] - 10_000) < 1_000)
        #expect(abs(with[.cancel, default: 0] - 1_000) < 200)
        let without = counts(false)
        #expect(without[.probe] == nil)
        #expect(abs(buys.reduce(0) { $0 + without[$1, default: 0] } - 30_000) < 1_000)
    }

    @Test("two bodies that differ in a byte have different hashes, whatever their length")
    func hashes() {
        var seen: Set<UInt64> = []
        for length in 0..<64 {
            let body = [UInt8](repeating: 0x61, count: length)
            seen.insert(AnswerHash.of(body))
            for index in body.indices {
                var other = body
                other[index] = 0x62
                seen.insert(AnswerHash.of(other))
            }
        }
        #expect(seen.count == 64 + (0..<64).reduce(0, +))
    }
}
