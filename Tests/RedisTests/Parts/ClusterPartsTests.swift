import Testing

@testable import Redis

@Suite("What a cluster says")
struct ClusterPartsTests {
    @Test("a key's slot is that of the published algorithm, and only what is in its first braces counts")
    func slots() {
        func slot(_ key: String) -> Int { HashSlot.of(Array(key.utf8)) }
        // CRC16 XMODEM of the usual test string is 0x31c3.
        #expect(slot("123456789") == 0x31c3)
        #expect(slot("foo") == 12_182)
        #expect(slot("bar") == 5_061)
        #expect(slot("") == 0)
        #expect(slot("public:1:{demo}:seats") == slot("{demo}"))
        #expect(slot("{demo}") == slot("demo"))
        #expect(slot("foo{}{bar}") != slot("bar"))
        #expect(slot("foo{{bar}}zap") == slot("{bar"))
        #expect(slot("foo{bar}{zap}") == slot("bar"))
        #expect(slot("foo{bar") != slot("bar"))
    }

    private func node(_ host: RESPValue, _ port: Int64) -> RESPValue {
        .array([host, .integer(port), .string(Array("id".utf8)), .array([])])
    }

    private func text(_ text: String) -> RESPValue { .string(Array(text.utf8)) }

    @Test("slots are read with their masters and replicas; a node without a name is the one that was asked")
    func slotMap() throws {
        let answer = RESPValue.array([
            .array([.integer(0), .integer(99), node(text("10.0.0.1"), 1), node(text("10.0.0.2"), 2)]),
            .array([.integer(200), .integer(16_383), node(.null, 3), node(text(""), 4), node(text("?"), 5)]),
        ])
        var map = try #require(SlotMap(answer, askedOf: "asked"))
        #expect(map[0]?.description == "10.0.0.1:1")
        #expect(map[99]?.description == "10.0.0.1:1")
        #expect(map[100] == nil)
        #expect(map[16_383]?.description == "asked:3")
        #expect(map.masters.count == 2)
        #expect(map.replicas.map(\.description) == ["10.0.0.2:2", "asked:4", "asked:5"])
        map.move(7, to: RedisAddress(host: "new", port: 9))
        #expect(map[7]?.description == "new:9")
        #expect(map[8]?.description == "10.0.0.1:1")
    }

    @Test("slots that make no sense are no slots")
    func badSlots() {
        func isRead(_ ranges: [RESPValue]) -> Bool { SlotMap(.array(ranges), askedOf: "a") != nil }
        let good = node(text("h"), 1)
        #expect(isRead([.array([.integer(0), .integer(1), good])]))
        #expect(!isRead([]))
        #expect(!isRead([.integer(1)]))
        #expect(!isRead([.array([.integer(0), .integer(1)])]))
        #expect(!isRead([.array([.integer(2), .integer(1), good])]))
        #expect(!isRead([.array([.integer(-1), .integer(1), good])]))
        #expect(!isRead([.array([.integer(0), .integer(16_384), good])]))
        #expect(!isRead([.array([.integer(0), .integer(1), node(text("h"), 0)])]))
        #expect(!isRead([.array([.integer(0), .integer(1), node(text("h"), 65_536)])]))
        #expect(!isRead([.array([.integer(0), .integer(1), node(text("bad host"), 1)])]))
        #expect(!isRead([.array([.integer(0), .integer(1), node(.integer(5), 1)])]))
        #expect(SlotMap(.error("ERR"), askedOf: "a") == nil)
    }

    @Test("a redirection names a slot and a node, or is none")
    func redirections() {
        let moved = Redirection("MOVED 3999 127.0.0.1:6381", askedOf: "a")
        #expect(
            moved?.slot == 3_999 && moved?.isAsk == false && moved?.address.description == "127.0.0.1:6381")
        #expect(Redirection("ASK 1 ::1:7", askedOf: "a")?.address.description == "[::1]:7")
        #expect(Redirection("MOVED 1 :7", askedOf: "asked")?.address.description == "asked:7")
        for bad in [
            "MOVED", "MOVED 1", "MOVED x a:1", "MOVED 16384 a:1", "MOVED -1 a:1", "MOVED 1 a", "MOVED 1 a:0",
            "MOVED 1 a b:1", "MOVED  1 a:1", "ASKED 1 a:1",
        ] {
            #expect(Redirection(bad, askedOf: "a") == nil, "\(bad)")
        }
    }
}
