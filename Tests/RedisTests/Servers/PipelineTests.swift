import EventLoop
import Testing
import Ticketing
import TicketingTesting

@testable import Redis

@Suite("Commands on a connection")
struct PipelineTests {
    @Test(
        "of one turn leave together and are answered in their order, as many as allowed and no more")
    func pipelining() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        var settings = CacheStage.patient
        settings.maxPending = 64
        try await CacheStage.run(server.url, settings) { stage async throws in
            _ = try await stage.cache.entry("warm")
            for number in 0..<64 {
                _ = try await stage.cache.store(someEntry(UInt64(number)), under: "\(number)", ttlMs: 60_000)
            }
            let reads = try await server.reads()
            let results = try await stage.onLoop { cache in
                await withTaskGroup(of: (Int, Result<CacheEntry?, PortError>).self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            do throws(PortError) {
                                return (number, .success(try await cache.entry("\(number)")))
                            } catch {
                                return (number, .failure(error))
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            var refused = 0
            for (number, result) in results {
                switch result {
                case .success(let entry): #expect(entry == (number < 64 ? someEntry(UInt64(number)) : nil))
                case .failure(let error):
                    #expect(error.code == .throttled)
                    refused += 1
                }
            }
            #expect(refused == 36)
            // Hundred single commands would have been hundred reads of the server.
            #expect(try await server.reads() - reads < 30)
        }
    }

    @Test("come from the loop and from anywhere")
    func anywhere() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        try await CacheStage.run(server.url) { stage async throws in
            #expect(try await stage.cache.store(someEntry(), under: "k", ttlMs: 60_000))
            let loop = stage.loop
            let (entry, isOnLoop) = try await stage.onLoop { cache in
                let entry = try await cache.entry("k")
                return (entry, loop.isCurrent)
            }
            #expect(entry == someEntry())
            #expect(isOnLoop)
        }
    }

    @Test("wait to be sent up to so many bytes; one more is refused and nothing of it is done")
    func waitingBytes() async throws {
        let server = try await RedisServer.start(in: ScratchDirectory())
        try await CacheStage.run(server.url) { stage async throws in
            _ = try await stage.cache.entry("warm")
            let large = someEntry(1, [UInt8](repeating: 7, count: 8 << 20))
            let outcomes = try await stage.onLoop { cache in
                await withTaskGroup(of: PortError.Code?.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            do throws(PortError) {
                                _ = try await cache.store(large, under: "\(number)", ttlMs: 60_000)
                                return nil
                            } catch {
                                return error.code
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(outcomes.count { $0 == nil } == 4)
            #expect(outcomes.count { $0 == .throttled } == 4)
            #expect(try await server.ask("DBSIZE") == "4")
        }
    }

    @Test("that was sent and never answered is an unknown outcome when it writes, and nothing when it reads")
    func unknownOutcome() async throws {
        var settings = CacheStage.patient
        settings.commandTimeoutMs = 200
        let script: LyingServer.Script = { _, words in
            words.contains("ticket:warm") ? .answer("$0\r\n\r\n") : .silence
        }
        for (isWrite, code) in [(true, PortError.Code.unknownOutcome), (false, .unavailable)] {
            try await LyingServer.run(script) { server async throws in
                try await CacheStage.run(server.url, settings) { stage async throws in
                    try await stage.untilServed("warm")
                    let error = await stage.failure { cache throws(PortError) in
                        guard isWrite else { return _ = try await cache.entry("k") }
                        _ = try await cache.store(someEntry(), under: "k", ttlMs: 1)
                    }
                    #expect(error?.code == code)
                }
            }
        }
    }
}

extension RedisServer {
    /// How often the server has read from its sockets.
    func reads() async throws -> Int {
        let line = try await ask("INFO", "stats").split(whereSeparator: \.isNewline).first {
            $0.hasPrefix("total_reads_processed:")
        }
        return line?.split(separator: ":").last.flatMap { Int($0) } ?? 0
    }
}
