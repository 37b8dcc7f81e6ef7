import Testing
import Ticketing
import TicketingTesting

@testable import Postgres

@Suite("A server that lies")
struct LyingServerTests {
    /// Something that no server of PostgreSQL would say, and what may become of the question.
    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: LyingServer.Answer
        let codes: Set<PostgresFailure.Code>

        init(_ name: String, _ answer: LyingServer.Answer, _ codes: Set<PostgresFailure.Code>) {
            (testDescription, self.answer, self.codes) = (name, answer, codes)
        }
    }

    private typealias Say = ServerMessage

    static let lies: [Lie] = [
        Lie(
            "text where a number was asked for",
            .lie(Say.described([Say.plainText]) + Say.row([Array("seven".utf8)]) + Say.complete + Say.ready),
            [.nonsense]),
        Lie(
            "a number of three bytes",
            .lie(Say.described([Say.bigint]) + Say.row([[0, 0, 7]]) + Say.complete + Say.ready), [.nonsense]),
        Lie("no row", .lie(Say.described([Say.bigint]) + Say.complete + Say.ready), [.nonsense]),
        Lie("no column", .lie(Say.described([]) + Say.row([]) + Say.complete + Say.ready), [.nonsense]),
        Lie(
            "a row that is wider than it was said to be",
            .lie(Say.described([Say.bigint]) + Say.row([[7], [8]]) + Say.complete + Say.ready), [.lost]),
        Lie("nothing, and the end", .lieThenEnd([]), [.lost]),
        Lie(
            "half a message, and the end",
            .lieThenEnd(Say.described([Say.bigint]) + Say.message("D", [0, 1, 0], length: 100)), [.lost]),
        Lie("a length that cannot be", .lie(Say.message("D", [], length: 2)), [.lost]),
        Lie("a negative length", .lie(Say.message("D", [], length: -8)), [.lost]),
        Lie(
            "a kind of message that there is not", .lie(Say.message("x", []) + Say.ready), [.lost, .nonsense]),
        Lie("an error whose code nobody knows", .lie(Say.error("ZZ999") + Say.ready), [.refused]),
        Lie("an error whose code is none", .lie(Say.error("?") + Say.ready), [.lost]),
        Lie("an error that says nothing", .lie(Say.message("E", [0]) + Say.ready), [.lost]),
        Lie("an invitation to copy", .lie(Say.message("G", [0, 0, 0]) + Say.ready), [.nonsense, .lost]),
        Lie("two answers to one question", .lie(Say.seven + Say.seven + Say.ready), [.nonsense, .lost]),
        Lie("the end of a transaction without its answer", .lie(Say.ready), [.nonsense, .lost]),
        Lie(
            "an answer without an end",
            .endless(
                head: Say.described([Say.bigint]), Say.row([[UInt8](repeating: 0, count: 4_000)])),
            [.nonsense]),
    ]

    private func withServer(
        _ settings: PoolSettings = .forTests, _ body: (LyingServer, PostgresPool) async throws -> Void
    ) async throws {
        let server = LyingServer()
        defer { server.close() }
        var settings = settings
        settings.maxConnections = 1
        settings.maxAnswerBytes = 1 << 20
        let pool = try PostgresPool(
            url: PostgresURL("postgres://ticket@127.0.0.1:\(server.port)/ticket?sslmode=disable"),
            settings: settings, randomness: SeededRandomness(seed: 1))
        defer { pool.close() }
        try await body(server, pool)
    }

    private func seven(
        _ pool: PostgresPool, within deadline: PostgresPool.Deadline? = nil
    ) async throws -> Int {
        try await pool.ask(["SELECT 7::bigint"], within: deadline)[0].int(0, 0)
    }

    @Test("is a typed error, and the next question has the right answer", arguments: lies)
    func lie(_ lie: Lie) async throws {
        try await withServer { server, pool async throws in
            #expect(try await seven(pool) == 7)
            server.willSay([lie.answer])
            let error = await #expect(throws: PostgresFailure.self) { try await seven(pool) }
            #expect(error.map { lie.codes.contains($0.code) } == true, "\(String(describing: error))")
            #expect(try await seven(pool) == 7)
            let counters = pool.counters
            // Values are judged by whoever reads them: the connection is closed by the port, tested below.
            if error?.code == .lost {
                #expect(counters.connectionsLost == 1 && counters.connectionsMade == 2)
            }
            if error?.code == .refused {
                #expect(counters.connectionsLost == 1 && counters.connectionsMade == 2)
                #expect(counters.refusals == 1 && counters.unknownErrors == 1)
            }
        }
    }

    @Test("in a value is corrupt to the port, is counted, and its connection is closed")
    func port() async throws {
        try await withServer { server, pool async throws in
            let book = PostgresOrderBook(pool: pool)
            #expect(try await book.liveTicketCount(of: Sale.hall.event) == 7)
            server.willSay([Self.lies[0].answer])
            let error = await #expect(throws: PortError.self) {
                try await book.liveTicketCount(of: Sale.hall.event)
            }
            #expect(error?.code == .corrupt)
            #expect(try await book.liveTicketCount(of: Sale.hall.event) == 7)
            #expect(pool.counters.nonsenseAnswers == 1 && pool.counters.connectionsMade == 2)
        }
    }

    @Test(
        "by saying half and then nothing is given up at the deadline",
        arguments: [
            ServerMessage.message("D", [0, 1, 0], length: 100),
            ServerMessage.message("D", [0, 1], length: Int(Int32.max)), [],
        ])
    func silence(bytes: [UInt8]) async throws {
        try await withServer { server, pool async throws in
            #expect(try await seven(pool) == 7)
            server.willSay([.lie(bytes)])
            let soon = PostgresPool.Deadline(timeNs: pool.deadline().timeNs - 61_500_000_000)
            let error = await #expect(throws: PostgresFailure.self) { try await seven(pool, within: soon) }
            // libpq itself may refuse a message of such a length.
            #expect(error?.code == .tooLate || error?.code == .lost)
            #expect(error?.mayHaveTakenEffect == true)
            #expect(try await seven(pool) == 7)
        }
    }

    @Test("about more than was asked never answers a later question with it")
    func more() async throws {
        try await withServer { server, pool async throws in
            let eight =
                ServerMessage.described([ServerMessage.bigint])
                + ServerMessage.row([ServerMessage.number(0) + ServerMessage.number(8)])
                + ServerMessage.complete + ServerMessage.ready
            #expect(try await seven(pool) == 7)
            server.willSay([.lie(ServerMessage.seven + ServerMessage.ready + eight)])
            var answers: Set<Int> = []
            for _ in 0..<5 {
                if let answer = try? await seven(pool) { answers.insert(answer) }
            }
            #expect(answers == [7])
        }
    }

    @Test(
        "from the first word is no server at all, and one that comes to its senses is taken",
        arguments: [
            Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [],
            ServerMessage.message("R", ServerMessage.number(99)),
            ServerMessage.message("R", [0], length: 1 << 30), ServerMessage.error("ZZ999", severity: "FATAL"),
            Array(ServerMessage.greeting.prefix(12)),
        ])
    func greeting(bytes: [UInt8]) async throws {
        var settings = PoolSettings.forTests
        settings.waitMs = 400
        try await withServer(settings) { server, pool async throws in
            server.willGreet(with: bytes)
            let error = await #expect(throws: PostgresFailure.self) { try await seven(pool) }
            #expect(error?.code == .cannotConnect)
            #expect(error?.mayHaveTakenEffect == false)
            server.willGreet(with: nil)
            var answer: Int?
            for _ in 0..<50 where answer == nil { answer = try? await seven(pool) }
            #expect(answer == 7)
        }
    }

    // MARK: Servers that go

    private func taken(_ decision: Decision) -> [UInt8] {
        ServerMessage.described([ServerMessage.uuid]) + ServerMessage.row([decision.attempt.bytes])
            + ServerMessage.complete
    }

    @Test(
        "one that goes before it has begun is asked again elsewhere", arguments: ["57P01", "57P02", "25006"])
    func goesBefore(sqlState: String) async throws {
        try await withServer { server, pool async throws in
            let decision = try Sale.confirmed(1)
            server.willSay([
                .lieThenEnd(ServerMessage.error(sqlState, severity: "FATAL")),
                .lie(taken(decision) + ServerMessage.ready),
            ])
            #expect(try await PostgresOrderBook(pool: pool).decide([decision]) == [.recorded])
            #expect(pool.counters.connectionsMade == 2 && pool.counters.retries == 1)
        }
    }

    @Test("one that goes behind the last statement may have committed, and nobody asks again by himself")
    func goesAtTheCommit() async throws {
        try await withServer { server, pool async throws in
            let decision = try Sale.confirmed(1)
            server.willSay([.lieThenEnd(taken(decision) + ServerMessage.error("57P01", severity: "FATAL"))])
            let error = await #expect(throws: PortError.self) {
                try await PostgresOrderBook(pool: pool).decide([decision])
            }
            #expect(error?.code == .unknownOutcome)
            #expect(pool.counters.unknownOutcomes == 1 && pool.counters.retries == 0)
        }
    }

    @Test("one that goes while nobody asks is replaced at the next question")
    func goesIdle() async throws {
        try await withServer { server, pool async throws in
            #expect(try await seven(pool) == 7)
            server.interrupt(with: ServerMessage.error("57P01", severity: "FATAL"))
            for _ in 0..<1_000 where pool.counters.connectionsOpen > 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try await seven(pool) == 7)
            #expect(pool.counters.connectionsMade == 2)
        }
    }
}
