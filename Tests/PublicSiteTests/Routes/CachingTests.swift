import HTTP
import Telemetry
import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Public answers out of the cache")
struct CachingTests {
    private static let target = "/public/events/small-hall/availability"

    /// How many answers came from the loop's memory at once.
    private static func readyCount(_ stage: Stage) -> Int {
        let text = String(decoding: stage.metrics.render(), as: UTF8.self)
        let line = text.split(separator: "\n").first {
            $0.contains("ticket_public_answers_total{how=\"ready\"}")
        }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? -1
    }

    @Test("the second request is answered from memory, with the same bytes and the same tag")
    func second() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let first = try await stage.get(Self.target)
            let second = try await stage.get(Self.target)
            #expect(second.body == first.body)
            #expect(second.tag == first.tag)
            #expect(Self.readyCount(stage) == 1)
            #expect(stage.house.ledger.locksSwitch.calls == 2)
        }
    }

    @Test("age and date of reading grow old together, and the body and its tag do not change with them")
    func ages() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let first = try await stage.get(Self.target)
            stage.house.clock.advance(ms: 999)
            let later = try await stage.get(Self.target)
            #expect(later.header("Age") == "0")
            #expect(later.header("As-Of") == "2027-03-01T10:00:00.000Z")
            stage.house.ledger.locksSwitch.gate.close()
            stage.house.clock.advance(ms: 1)
            let old = try await stage.get(Self.target)
            #expect(old.header("Age") == "1")
            #expect(old.header("As-Of") == "2027-03-01T10:00:00.000Z")
            #expect(old.body == first.body)
            #expect(old.tag == first.tag)
            stage.house.ledger.locksSwitch.gate.open()
            try await stage.until { $0.boards[.named("small-hall")].refresher.asOf != SmallHall.opensAt }
            let read = try await stage.get(Self.target)
            #expect(read.header("Age") == "0")
            #expect(read.header("As-Of") == "2027-03-01T10:00:01.000Z")
            #expect(read.tag == first.tag)
        }
    }

    @Test("a due value is read again behind the answers, and the new one is ready before anyone asks for it")
    func behindTheAnswers() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let first = try await stage.get(Self.target)
            try await stage.house.hold("ana", ["A-1-1"])
            stage.house.clock.advance(ms: 1_200)
            let stale = try await stage.get(Self.target)
            #expect(stale.tag == first.tag)
            let madeBefore = Self.readyCount(stage)
            try await stage.until { $0.table.slot(Array(Self.target.utf8))?.isCurrent == true }
            let fresh = try await stage.get(Self.target)
            #expect(fresh.tag != first.tag)
            #expect(fresh.header("Age") == "0")
            #expect(Self.readyCount(stage) == madeBefore + 1)
        }
    }

    @Test("no answer leaves that is older than 3 s while the source answers")
    func waitsForTheSource() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            _ = try await stage.get(Self.target)
            try await stage.house.hold("ana", ["A-1-1"])
            stage.house.clock.advance(ms: 2_950)
            let answer = try await stage.get(Self.target)
            #expect(answer.header("Age") == "0")
            #expect(answer.text.contains("\"held\":1"))
        }
    }

    @Test("with the longest time to live nothing is read for 2.9 s, and the next who asks then is served")
    func longestTTL() async throws {
        var settings = PublicSettings()
        settings.cacheTTLMs = 3_000
        try await Stage.run(settings: settings) { stage in
            try await stage.house.bring(SmallHall().listing)
            _ = try await stage.get(Self.target)
            let readings = stage.house.ledger.locksSwitch.calls
            for age in [1_900, 2_000, 2_899] {
                stage.house.clock.advance(ms: age == 1_900 ? 1_900 : age == 2_000 ? 100 : 899)
                #expect(try await stage.get(Self.target).header("Age") == "\(age / 1_000)")
            }
            #expect(stage.house.ledger.locksSwitch.calls == readings)
            stage.house.clock.advance(ms: 51)
            let next = try await stage.get(Self.target)
            #expect(next.status == 200)
            #expect(next.header("Age") == "0")
            #expect(stage.house.ledger.locksSwitch.calls > readings)
        }
    }

    @Test("a failing source is stood in for, saying the age, for 60 s; then it is 503 with Retry-After")
    func standsIn() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let first = try await stage.get(Self.target)
            stage.house.ledger.locksSwitch.fail()
            stage.house.clock.advance(ms: 30_000)
            let stale = try await stage.get(Self.target)
            #expect(stale.status == 200)
            #expect(stale.header("Age") == "30")
            #expect(stale.body == first.body)
            stage.house.clock.advance(ms: 29_999)
            #expect(try await stage.get(Self.target).header("Age") == "59")
            stage.house.clock.advance(ms: 2)
            let refused = try await stage.get(Self.target)
            #expect(refused.status == 503)
            #expect(refused.text.contains("/problems/unavailable"))
            #expect(refused.header("Retry-After") == "1")
            stage.house.ledger.locksSwitch.recover()
            stage.house.clock.advance(ms: 2_000)
            let back = try await stage.get(Self.target)
            #expect(back.status == 200)
            #expect(back.header("Age") == "0")
        }
    }

    @Test("a source that has never answered is 503, and the next who asks after a moment is served")
    func neverAnswered() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            stage.house.catalogue.listSwitch.fail()
            #expect(try await stage.get("/public/events").status == 503)
            #expect(try await stage.get(Self.target).status == 503)
            stage.house.catalogue.listSwitch.recover()
            stage.house.clock.advance(ms: 2_000)
            #expect(try await stage.get(Self.target).status == 200)
        }
    }

    @Test("many who ask at once for what is not there are all served by one reading")
    func atOnce() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            _ = try await stage.get("/public/events")
            stage.house.ledger.locksSwitch.gate.close()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { try await stage.get(Self.target).status } }
                // Opened whatever comes: the group waits for its children, and they for the gate.
                defer { stage.house.ledger.locksSwitch.gate.open() }
                try await stage.until { $0.boards[.named("small-hall")].refresher.waiterCount == 64 }
                stage.house.ledger.locksSwitch.gate.open()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 200))
            #expect(stage.house.ledger.locksSwitch.calls == 2)
        }
    }

    // MARK: Representations

    @Test(
        "each coding unpacks to the body as it is, with a tag of its own",
        arguments: [
            "/public/events", "/public/events/small-hall/map/map1", "/public/events/small-hall/seats",
        ])
    func codings(_ target: String) async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let plain = try await stage.get(target)
            let gzip = try await stage.get(target, [("Accept-Encoding", "gzip, deflate")])
            let brotli = try await stage.get(target, [("Accept-Encoding", "gzip, deflate, br, zstd")])
            #expect(gzip.header("Content-Encoding") == "gzip")
            #expect(brotli.header("Content-Encoding") == "br")
            #expect(Unpacked.gzip(gzip.body) == plain.body)
            #expect(Unpacked.brotli(brotli.body) == plain.body)
            #expect(Set([plain.tag, gzip.tag, brotli.tag]).count == 3)
            for answer in [plain, gzip, brotli] { #expect(answer.header("Vary") == "Accept-Encoding") }
            let refused = try await stage.get(target, [("Accept-Encoding", "br;q=0, gzip;q=0")])
            #expect(refused.body == plain.body)
        }
    }

    @Test("a short body is sent as it is, whatever the client accepts")
    func shortBody() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let answer = try await stage.get(
                "/public/events/small-hall/integrity", [("Accept-Encoding", "br, gzip")])
            #expect(answer.body.count <= 256)
            #expect(answer.header("Content-Encoding") == nil)
            #expect(answer.header("Vary") == "Accept-Encoding")
        }
    }

    @Test("who has the body already is told so, in the coding it was asked for")
    func notModified() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let plain = try await stage.get("/public/events/small-hall/seats")
            let packed = try await stage.get("/public/events/small-hall/seats", [("Accept-Encoding", "br")])
            for field in [plain.tag, "W/\(plain.tag)", "\"x\", \(plain.tag)", "*"] {
                let answer = try await stage.get(
                    "/public/events/small-hall/seats", [("If-None-Match", field)])
                #expect(answer.status == 304)
                #expect(answer.body.isEmpty)
                #expect(answer.tag == plain.tag)
                for name in ["Cache-Control", "Vary", "As-Of", "Age", "Request-Id"] {
                    #expect(answer.header(name) != nil, "\(name)")
                }
                #expect(answer.header("Content-Type") == nil)
                #expect(answer.header("Content-Length") == nil)
            }
            let other = try await stage.get(
                "/public/events/small-hall/seats", [("If-None-Match", packed.tag)])
            #expect(other.status == 200)
            let same = try await stage.get(
                "/public/events/small-hall/seats", [("If-None-Match", packed.tag), ("Accept-Encoding", "br")])
            #expect(same.status == 304)
        }
    }

    @Test("HEAD has the head of the GET and no body")
    func head() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let get = try await stage.get(Self.target)
            let head = try await stage.get(Self.target, method: .head)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.tag == get.tag)
            #expect(head.header("Content-Length") == "\(get.body.count)")
        }
    }

    // MARK: Bounds

    @Test(
        "an answer that nobody asks for gives its bytes back once it is too old, and is made again for who does"
    )
    func idleAnswers() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            let first = try await stage.get(Self.target).version
            let difference = "\(Self.target)?since=\(first)"
            let (key, targetKey) = (Array(difference.utf8), Array(Self.target.utf8))
            var isKept: [Bool] = []
            for (buyer, seat) in [
                ("ana", "A-1-1"), ("bea", "A-1-2"), ("cleo", "A-1-3"), ("dora", "A-1-4"), ("eva", "B-1-1"),
            ] {
                try await stage.house.hold(buyer, [seat])
                stage.house.clock.advance(ms: 1_200)
                _ = try await stage.get(Self.target)
                try await stage.until { $0.table.slot(targetKey)?.isCurrent == true }
                if isKept.isEmpty { #expect(try await stage.get(difference).text.contains("changes")) }
                // It was asked for since the version before, and is renewed for whoever asks next.
                if isKept.count == 1 { try await stage.until { $0.table.slot(key)?.isCurrent == true } }
                isKept.append(stage.look { ($0.table.slot(key)?.byteCount ?? 0) > 0 })
            }
            // Renewed with the second version, 1.2 s old at the third, 2.4 s at the fourth.
            #expect(isKept == [true, true, true, true, false])
            let again = try await stage.get(difference).text
            #expect(again.contains("[0,1]") && again.contains("\"since\":\"\(first)\""))
        }
    }

    @Test("versions nobody has heard of and parameters nobody takes get no place in the cache")
    func hostileTargets() async throws {
        try await Stage.run { stage in
            try await stage.house.bring(SmallHall().listing)
            for number in 0..<300 {
                #expect(try await stage.get("\(Self.target)?since=v\(number)").status == 200)
                #expect(try await stage.get("\(Self.target)?x=\(number)").status == 200)
            }
            #expect(stage.look { $0.table.count } == 1)
        }
    }

    @Test("answers and events are kept up to a number, and all of them are served all the same")
    func bounded() async throws {
        var settings = PublicSettings()
        settings.maxAnswers = 5
        settings.maxEvents = 3
        try await Stage.run(settings: settings) { stage in
            for number in 0..<12 {
                try await stage.house.bring(SmallHall(event: .named("hall-\(number)")).listing)
            }
            for _ in 0..<2 {
                for number in 0..<12 {
                    for route in ["", "/availability", "/seats", "/integrity", "/map/map1"] {
                        let answer = try await stage.get("/public/events/hall-\(number)\(route)")
                        #expect(answer.status == 200)
                        #expect(answer.text.contains("hall-\(number)\""))
                    }
                }
            }
            #expect(stage.look { $0.table.count } <= 5)
            #expect(stage.look { $0.boards.count } <= 3)
        }
    }

    // MARK: Large events

    @Test("an event of 6,000 seats is worked on beside the loop and comes out right")
    func largeEvent() async throws {
        try await Stage.run { stage in
            let arena = Arena(sectionCount: 6)
            try await stage.house.bring(arena.listing)
            let answer = try await stage.get("/public/events/arena/availability", [("Accept-Encoding", "br")])
            #expect(answer.header("Content-Encoding") == "br")
            let body = try #require(Unpacked.brotli(answer.body))
            #expect(String(decoding: body, as: UTF8.self).contains("\"states\":\"AAAA"))
            let map = try await stage.get("/public/events/arena/map/3f9c2ab4d1e65f70")
            #expect(map.text.components(of: "\"id\":") == 6_000)
            let packedMap = try await stage.get(
                "/public/events/arena/map/3f9c2ab4d1e65f70", [("Accept-Encoding", "gzip")])
            #expect(Unpacked.gzip(packedMap.body) == map.body)
            #expect(try await stage.get("/public/events/arena/seats").status == 400)
            #expect(try await stage.get("/public/events/arena/seats?section=S01").status == 200)
            let integrity = try await stage.get("/public/events/arena/integrity")
            #expect(integrity.text.contains("\"capacity\":6000,\"free\":6000,"))
        }
    }
}
