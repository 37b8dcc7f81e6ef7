import HTTP
import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Public events")
struct EventRoutesTests {
    static let event = """
        {"id":"small-hall","name":"Songs in March","venue":"The Small Hall","currency":"KRW",\
        "saleWindow":{"opensAt":"2027-03-01T10:00:00.000Z","closesAt":"2027-03-02T10:00:00.000Z"},\
        "limits":{"seatsPerIntent":4,"seatsPerBuyer":6,"holdSeconds":600},\
        "prices":[{"name":"front","amount":{"value":90000,"currency":"KRW"}},\
        {"name":"rear","amount":{"value":50000,"currency":"KRW"}}],\
        "sections":[{"id":"A","name":"Section A","seatCount":8},{"id":"B","name":"Section B","seatCount":4}],\
        "map":{"hash":"map1","url":"/public/events/small-hall/map/map1"}}
        """

    @Test("an event is shown with its limits, prices, sections and the address of its map")
    func anEvent() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let answer = try await stage.get("/public/events/small-hall")
            #expect(answer.status == 200)
            #expect(answer.text == Self.event)
            #expect(answer.header("Content-Type") == "application/json")
            #expect(
                answer.header("Cache-Control")
                    == "public, max-age=1, s-maxage=10, stale-while-revalidate=30, stale-if-error=60")
            #expect(answer.header("Vary") == "Accept-Encoding")
            #expect(answer.header("As-Of") == "2027-03-01T10:00:00.000Z")
            #expect(answer.header("Age") == "0")
            #expect(answer.header("Content-Encoding") == nil)
        }
    }

    @Test("the list has every event as it stands by itself")
    func theList() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            #expect(try await stage.get("/public/events").text == "{\"events\":[\(Self.event)]}")
        }
    }

    @Test("an empty catalogue is an empty list")
    func nothingListed() async throws {
        try await Stage.run { stage in
            let answer = try await stage.get("/public/events")
            #expect(answer.text == "{\"events\":[]}")
        }
    }

    @Test(
        "an event that is not listed is unknown on every route, however its id looks",
        arguments: [
            "/public/events/none", "/public/events/none/map/map1", "/public/events/none/seats",
            "/public/events/none/availability", "/public/events/none/integrity", "/public/events/a%20b",
            "/public/events/%ff/seats", "/public/events/small%2Dhall",
        ])
    func unknownEvent(_ target: String) async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let answer = try await stage.get(target)
            #expect(answer.status == 404)
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(answer.text.contains("\"type\":\"/problems/event-unknown\""))
            #expect(answer.text.contains("\"requestId\":\"\(answer.header("Request-Id") ?? "-")\""))
        }
    }

    @Test("an event imported a moment ago is there, although the list was read before")
    func importedJustNow() async throws {
        try await Stage.run { stage in
            #expect(try await stage.get("/public/events/small-hall").status == 404)
            try await stage.house.bring(SmallHall().listing)
            stage.house.clock.advance(ms: 250)
            #expect(try await stage.get("/public/events/small-hall").status == 200)
        }
    }

    @Test("asking for events that do not exist costs the catalogue one reading, not one each")
    func manyUnknown() async throws {
        try await Stage.run { stage in
            for number in 0..<50 { _ = try await stage.get("/public/events/none-\(number)") }
            #expect(stage.house.catalogue.listSwitch.calls == 1)
            #expect(stage.look { $0.table.count } == 0)
        }
    }

    @Test("the map is given under its hash, for ever, and under no other")
    func theMap() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let map = try await stage.get("/public/events/small-hall/map/map1")
            #expect(map.status == 200)
            #expect(map.header("Cache-Control") == "public, max-age=31536000, immutable")
            #expect(
                map.text.hasPrefix(
                    """
                    {"event":"small-hall","hash":"map1","seats":[{"id":"A-1-1","section":"A","row":"1",\
                    "number":"1","price":"front","accessible":true,"x":10,"y":0},
                    """))
            let other = try await stage.get("/public/events/small-hall/map/map2")
            #expect(other.status == 404)
            #expect(other.text.contains("/problems/not-found"))
        }
    }

    @Test("when an event gets another map, the old one is gone and the seats are those of the new one")
    func anotherMap() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            _ = try await stage.get("/public/events/small-hall/map/map1")
            _ = try await stage.get("/public/events/small-hall/availability")
            try await stage.house.bring(SmallHall().listing(mapHash: .named("map2"), droppingLast: 2))
            stage.house.clock.advance(ms: 3_500)
            #expect(try await stage.get("/public/events/small-hall/map/map1").status == 404)
            #expect(try await stage.get("/public/events/small-hall/map/map2").status == 200)
            let seats = try await stage.get("/public/events/small-hall/availability")
            #expect(seats.text.contains("\"map\":\"map2\""))
            #expect(
                try await stage.get("/public/events/small-hall/integrity").text.contains("\"capacity\":10,"))
        }
    }

    @Test("health says ok, what it depends on, and must not be stored")
    func health() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            stage.house.ledger.locksSwitch.fail()
            _ = try await stage.get("/public/events/small-hall/availability")
            let health = try await stage.get("/public/health")
            #expect(health.status == 200)
            #expect(health.header("Cache-Control") == "no-store")
            #expect(
                health.text == """
                    {"status":"ok","service":"ticket-public","dependsOn":{"catalogue":"ok","ledger":"failing",\
                    "orders":"unused","queue":"unused","cache":"ok"}}
                    """)
        }
    }
}
