import Testing
import Ticketing
import TicketingTesting

@testable import Redis

@Suite("A server that lies")
struct LyingServerTests {
    struct Lie: Sendable, CustomTestStringConvertible {
        let name: String
        let act: LyingServer.Act
        var code = PortError.Code.corrupt

        var testDescription: String { name }
    }

    static let lies: [Lie] = [
        Lie(name: "a number for a string", act: .answer(":1\r\n")),
        Lie(name: "a list for a string", act: .answer("*1\r\n$1\r\nx\r\n")),
        Lie(name: "nothing for a string", act: .answer("$-1\r\n")),
        Lie(name: "a status for a string", act: .answer("+OK\r\n")),
        Lie(name: "no protocol at all", act: .answer("HTTP/1.1 400 Bad Request\r\n\r\n")),
        Lie(name: "an unknown error", act: .answer("-WHAT is this\r\n")),
        Lie(name: "an error of many lines", act: .answer("!12\r\nERR a\r\nERR b\r\n")),
        Lie(name: "a string that is too large", act: .answer("$999999999\r\n")),
        Lie(name: "a list that is too long", act: .answer("*999999999\r\n")),
        Lie(name: "a line without end", act: .bytes([0x2b] + [UInt8](repeating: 0x61, count: 70_000))),
        Lie(name: "two answers for one", act: .answer("$0\r\n\r\n$0\r\n\r\n"), code: .unavailable),
        Lie(name: "a message nobody subscribed to", act: .answer(">2\r\n+message\r\n+x\r\n")),
        Lie(name: "half an answer", act: .end("$100\r\nabc"), code: .unavailable),
        Lie(name: "the end", act: .end(""), code: .unavailable),
        Lie(name: "a redirection to nowhere", act: .answer("-MOVED 1 nowhere\r\n"), code: .rejected),
    ]

    @Test(
        "ends with an error, a report and a closed connection, and the next call finds a new one",
        arguments: lies)
    func lie(_ lie: Lie) async throws {
        let script: LyingServer.Script = { connection, words in
            guard words[0] == "GETRANGE" else { return .silence }
            return connection == 1 ? lie.act : .answer("$0\r\n\r\n")
        }
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run(server.url) { stage async throws in
                // The second of two answers comes in the same piece and finds nobody; the call itself was served.
                let first = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
                if lie.name != "two answers for one" { #expect(first?.code == lie.code) }
                var isServed = false
                for _ in 0..<2_000 where !isServed {
                    isServed = await stage.isServed() && server.connections == 2
                    try await Task.sleep(for: .milliseconds(1))
                }
                #expect(isServed)
                #expect(server.connections == 2)
                #expect(stage.reports.connections == 2)
                #expect(stage.reports.ends.count == 1)
                if lie.code == .corrupt { #expect(stage.reports.badAnswers.count == 1) }
                #expect(descriptorsConnected(to: server.port) == 1)
            }
        }
    }

    @Test("about scripts and leases is not believed either")
    func otherCommands() async throws {
        let script: LyingServer.Script = { _, words in
            switch words[0] {
            case "EVALSHA": .answer(":2\r\n")
            case "SET": .answer("+QUEUED\r\n")
            default: .silence
            }
        }
        try await LyingServer.run(script) { server async throws in
            for call in 0..<3 {
                try await CacheStage.run(server.url) { stage async throws in
                    let error = await stage.failure { cache throws(PortError) in
                        switch call {
                        case 0: _ = try await cache.store(someEntry(), under: "k", ttlMs: 1)
                        case 1: _ = try await cache.beginRefresh(of: "k", leaseMs: 1)
                        default: try await cache.endRefresh(RefreshLease(key: "k", token: "t"))
                        }
                    }
                    #expect(error?.code == .corrupt)
                    await stage.turn()
                    #expect(stage.reports.ends == [.badAnswer])
                }
            }
        }
    }

    @Test("about scripts it does not know is asked no more than twice")
    func unknownScript() async throws {
        let script: LyingServer.Script = { _, words in
            words[0].hasPrefix("EVAL") ? .answer("-NOSCRIPT none\r\n") : .silence
        }
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run(server.url) { stage async throws in
                let error = await stage.failure { cache throws(PortError) in
                    try await cache.store(someEntry(), under: "k", ttlMs: 1)
                }
                #expect(error?.code == .corrupt)
                #expect(server.commands == ["EVALSHA", "EVAL"])
            }
        }
    }

    @Test("in its greeting is not let in: neither nonsense, nor a cluster's node, nor a refused password")
    func greetings() async throws {
        let greetings: [(String, PortError.Code)] = [
            ("+OK\r\n", .corrupt), ("*0\r\n", .corrupt), ("-ERR syntax\r\n", .corrupt),
            ("%1\r\n+mode\r\n+cluster\r\n", .rejected), ("-WRONGPASS no\r\n", .rejected),
            ("-NOAUTH no\r\n", .rejected),
            ("-LOADING dataset\r\n", .unavailable),
        ]
        for (greeting, code) in greetings {
            try await LyingServer.run({ _, _ in .answer(greeting) }) { server async throws in
                try await CacheStage.run(server.url) { stage async throws in
                    let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
                    #expect(error?.code == code, "\(greeting)")
                    #expect(stage.reports.connections == 0)
                    #expect(descriptorsConnected(to: server.port) == 0)
                }
            }
        }
    }

    @Test("a server that knows only the older protocol is served in it, with its password")
    func olderProtocol() async throws {
        let script: LyingServer.Script = { _, words in
            switch words {
            case ["HELLO", "3", "AUTH", "default", "pw"]: .answer("-ERR unknown command 'HELLO'\r\n")
            case ["AUTH", "pw"], ["SELECT", "2"]: .answer("+OK\r\n")
            case _ where words[0] == "GETRANGE": .answer("$0\r\n\r\n")
            default: .answer("-NOAUTH\r\n")
            }
        }
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run("redis://:pw@127.0.0.1:\(server.port)/2") { stage async throws in
                #expect(try await stage.cache.entry("k") == nil)
                #expect(server.commands == ["AUTH", "SELECT", "GETRANGE"])
            }
        }
    }

    @Test("a server that knows only the older protocol and refuses the password is not served")
    func olderProtocolRefuses() async throws {
        let script: LyingServer.Script = { _, words in
            switch words[0] {
            case "HELLO": .answer("-ERR unknown command 'HELLO'\r\n")
            case "AUTH": .answer("-ERR invalid password\r\n")
            default: .answer("$0\r\n\r\n")
            }
        }
        try await LyingServer.run(script) { server async throws in
            try await CacheStage.run("redis://:pw@127.0.0.1:\(server.port)") { stage async throws in
                let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
                #expect(error != nil)
                #expect(stage.reports.connections == 0)
                #expect(server.commands == ["AUTH"])
            }
        }
    }

    @Test("a key that a stranger has taken is an error of its own, and the connection stays")
    func strangersKey() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        try await CacheStage.run(server.url) { stage async throws in
            try await server.ask("RPUSH", "ticket:list", "1")
            try await server.ask("SET", "ticket:text", "hello, this is nothing of yours at all")
            for key in ["list", "text"] {
                let error = await stage.failure { cache throws(PortError) in try await cache.entry(key) }
                #expect(error?.code == .corrupt)
                #expect(try await stage.cache.store(someEntry(), under: key, ttlMs: 60_000))
                #expect(try await stage.cache.entry(key) == someEntry())
            }
            #expect(stage.reports.badAnswers.map(\.code) == [.foreignValue, .foreignValue])
            #expect(stage.reports.connections == 1)
            #expect(stage.reports.ends.isEmpty)
        }
    }

    @Test("a stranger's huge value is not read, and an entry that is too large is not stored")
    func hugeValues() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        var settings = CacheStage.patient
        settings.maxEntryBytes = 1_000
        try await CacheStage.run(server.url, settings) { stage async throws in
            let largest = someEntry(1, [UInt8](repeating: 7, count: 1_000))
            #expect(try await stage.cache.store(largest, under: "k", ttlMs: 60_000))
            #expect(try await stage.cache.entry("k") == largest)
            let larger = someEntry(2, [UInt8](repeating: 7, count: 1_001))
            #expect(try await !stage.cache.store(larger, under: "k", ttlMs: 60_000))
            try await server.ask("SETRANGE", "ticket:k", "50000000", "x")
            let error = await stage.failure { cache throws(PortError) in try await cache.entry("k") }
            #expect(error?.code == .corrupt)
            #expect(stage.reports.ends.isEmpty)
        }
    }
}
