import HTTP
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Public seats")
struct SeatRoutesTests {
    @Test("availability gives two bits a seat and the counts by section and price")
    func availability() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            try await stage.house.hold("ana", ["A-1-2"])
            try await stage.house.sell("bo", ["A-2-1", "B-1-1"])
            let answer = try await stage.get("/public/events/small-hall/availability")
            #expect(answer.status == 200)
            // free held free free, A-2: sold free free free, B-1: sold free free blocked.
            #expect(
                answer.text.hasSuffix(
                    """
                    "map":"map1","counts":[{"section":"A","price":"front","free":3,"held":1,"sold":0},\
                    {"section":"A","price":"rear","free":3,"held":0,"sold":1},\
                    {"section":"B","price":"rear","free":2,"held":0,"sold":1}],"states":"BALC"}
                    """))
        }
    }

    @Test("who knows a version gets what changed since, and all of it with any other")
    func differences() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let first = try await stage.get("/public/events/small-hall/availability").version
            try await stage.house.hold("ana", ["A-1-2", "B-1-3"])
            stage.house.clock.advance(ms: 3_500)
            let answer = try await stage.get("/public/events/small-hall/availability?since=\(first)")
            #expect(answer.text.hasSuffix("\"since\":\"\(first)\",\"changes\":[[1,1],[10,1]]}"))
            let second = answer.version
            #expect(second != first)
            let none = try await stage.get("/public/events/small-hall/availability?since=\(second)")
            #expect(none.text.hasSuffix("\"since\":\"\(second)\",\"changes\":[]}"))
            for other in ["", "nonsense", "\(first)x", "%00"] {
                let full = try await stage.get("/public/events/small-hall/availability?since=\(other)")
                #expect(full.status == 200)
                #expect(full.text.contains("\"states\":"))
            }
        }
    }

    @Test("a hold that has ended shows as free, by the time of the reading")
    func endedHold() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            try await stage.house.hold("ana", ["A-1-1"])
            stage.house.clock.advance(ms: Int(SmallHall.holdMs) - 1)
            #expect(
                try await stage.get("/public/events/small-hall/seats").text.contains("\"state\":\"held\""))
            stage.house.clock.advance(ms: 4_000)
            let after = try await stage.get("/public/events/small-hall/seats").text
            #expect(!after.contains("\"state\":\"held\""))
        }
    }

    @Test("the seats in words: all of them, or those of a section")
    func seatsInWords() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            try await stage.house.sell("bo", ["B-1-1"])
            let all = try await stage.get("/public/events/small-hall/seats")
            #expect(all.text.components(of: "\"id\":") == 12)
            let section = try await stage.get("/public/events/small-hall/seats?section=B")
            #expect(section.text.components(of: "\"id\":") == 4)
            #expect(
                section.text.contains(
                    """
                    "seats":[{"id":"B-1-1","section":"B","row":"1","number":"1","state":"sold","price":"rear",\
                    "accessible":true},
                    """))
            #expect(section.text.contains("\"state\":\"blocked\""))
            #expect(section.version == all.version)
        }
    }

    @Test(
        "a query that cannot be meant is refused and says what would be right",
        arguments: [
            "seats?section=Z", "seats?section=", "seats?section=A&section=B", "seats?section=%ff",
            "seats?section=a%20b", "availability?since=a&since=b", "availability?since=%ff",
        ])
    func badQuery(_ target: String) async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let answer = try await stage.get("/public/events/small-hall/\(target)")
            #expect(answer.status == 400)
            #expect(answer.text.contains("/problems/invalid-request"))
        }
    }

    @Test("a large event gives its seats in words by section only")
    func largeEvent() async throws {
        var settings = PublicSettings()
        settings.maxSeatsInOneList = 11
        try await Stage.run(settings: settings) { stage in
            try await stage.house.bring(SmallHall().listing)
            let refused = try await stage.get("/public/events/small-hall/seats")
            #expect(refused.status == 400)
            #expect(refused.text.contains("?section="))
            #expect(try await stage.get("/public/events/small-hall/seats?section=A").status == 200)
        }
    }

    @Test("changes come as runs to who asks for them, and any other form is refused")
    func runs() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let path = "/public/events/small-hall/availability"
            let first = try await stage.get(path).version
            try await stage.house.hold("ana", ["A-1-1", "A-1-2"])
            stage.house.clock.advance(ms: 3_000)
            let pairs = try await stage.get("\(path)?since=\(first)")
            #expect(pairs.text.contains("\"changes\":[[0,1],[1,1]]"))
            for _ in 0..<2 {
                let runs = try await stage.get("\(path)?since=\(first)&form=runs")
                #expect(runs.text.hasSuffix("\"since\":\"\(first)\",\"runs\":\"BQ==\"}"))
                #expect(runs.version == pairs.version)
            }
            #expect(try await stage.get("\(path)?form=runs&since=unknown").text.contains("\"states\""))
            let refused = try await stage.get("\(path)?since=\(first)&form=words")
            #expect(refused.status == 400)
            #expect(refused.text.contains("`form`"))
        }
    }

    @Test("integrity counts every seat once, and the tickets beside them")
    func integrity() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            try await stage.house.hold("ana", ["A-1-2", "A-1-3"])
            try await stage.house.sell("bo", ["A-2-1", "B-1-1", "B-1-2"])
            let claimed = try await stage.house.hold("cy", ["A-2-4"])
            _ = try await stage.house.reference.claim(claimed.id, now: stage.house.clock.now())
            _ = try await stage.house.queue.send([OutgoingMessage(intent: claimed.id)])
            stage.house.clock.advance(ms: 35)
            let answer = try await stage.get("/public/events/small-hall/integrity")
            #expect(
                answer.text == """
                    {"event":"small-hall","capacity":12,"free":5,"held":2,"selling":1,"sold":3,"blocked":1,\
                    "oversold":0,"ticketsInOrders":3,"strays":0,"queueDepth":1,"workerLagMs":35}
                    """)
        }
    }

    @Test("a hold that has ended counts as free there too, although its lock still lies in the ledger")
    func integrityAfterHolds() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            try await stage.house.hold("ana", ["A-1-2", "B-1-4", "C-1-1"])
            stage.house.clock.advance(ms: Int(SmallHall.holdMs))
            let answer = try await stage.get("/public/events/small-hall/integrity")
            #expect(answer.text.contains("\"free\":11,\"held\":0,\"selling\":0,\"sold\":0,\"blocked\":1,"))
            #expect(answer.text.contains("\"strays\":0,"))
        }
    }

    @Test("a lock on a seat that the map does not have is a stray, in a section of the map or not")
    func strays() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            try await stage.house.hold("ana", ["A-9-9", "C-1-1", "B-1-1"])
            let answer = try await stage.get("/public/events/small-hall/integrity")
            #expect(answer.text.contains("\"capacity\":12,\"free\":10,\"held\":1,"))
            #expect(answer.text.contains("\"strays\":2,"))
        }
    }
}

extension ClientResponse {
    /// The version that the body names.
    var version: String {
        let rest = text.drop(upTo: "\"version\":\"")
        return String(rest.prefix { $0 != "\"" })
    }
}

extension String {
    func components(of piece: String) -> Int {
        var count = 0
        var rest = Substring(self)
        while let found = rest.firstRange(of: piece) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }

    func drop(upTo piece: String) -> Substring {
        firstRange(of: piece).map { self[$0.upperBound...] } ?? ""
    }
}
