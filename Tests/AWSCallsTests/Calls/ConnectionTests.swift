import EventLoop
import Glibc
import JSON
import Synchronization
import Testing
import TicketingTesting

@testable import AWSCalls

@Suite("Connections")
struct ConnectionTests {
    @Test("are kept: a hundred calls one after the other use one")
    func keepAlive() async throws {
        try await withCalls([]) { test in
            for _ in 0..<100 { #expect(await test.failure() == nil) }
            #expect(test.server.connections == 1)
            #expect(test.server.requests.count == 100)
            #expect(descriptorsConnected(to: test.server.port) == 1)
        }
    }

    @Test("are limited: more calls than may have one wait for their turn")
    func limited() async throws {
        let slow = ScriptedServer.Reply(bytes: ScriptedServer.Reply.answer().bytes, delayMs: 5)
        try await withCalls([], usual: slow) { settings in
            settings.transport.maxConnections = 3
        } _: { test in
            var patient = TestCalls.operation
            // A try that is given up takes its connection with it.
            (patient.timeoutMs, patient.attemptTimeoutMs) = (30_000, 30_000)
            let failures = await withTaskGroup(of: AWSError?.self) { [patient] group in
                for _ in 0..<60 { group.addTask { await test.failure(patient) } }
                return await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
            }
            #expect(failures == 0)
            #expect(test.server.connections == 3)
        }
    }

    @Test("that are all in use let only so many calls wait, and the next is told at once")
    func waitingIsLimited() async throws {
        let slow = ScriptedServer.Reply(bytes: ScriptedServer.Reply.answer().bytes, delayMs: 100)
        try await withCalls([], usual: slow) { settings in
            settings.transport.maxConnections = 1
            settings.transport.maxWaiting = 2
        } _: { test in
            let codes = await withTaskGroup(of: AWSError?.self) { group in
                for _ in 0..<10 { group.addTask { await test.failure() } }
                return await group.reduce(into: [AWSError.Code?]()) { $0.append($1?.code) }
            }
            #expect(codes.count { $0 == .busy } == 7)
            #expect(codes.count { $0 == nil } == 3)
        }
    }

    @Test("make room for another service's: two services share the only place there is")
    func sharedPlace() async throws {
        let other = try ScriptedServer()
        defer { other.close() }
        try await withCalls([]) { settings in
            settings.transport.maxConnections = 1
            if let endpoint = try? Endpoint(other.url) { settings.sqs = endpoint }
        } _: { test in
            let queueing = AWSRequest(.sqs, "SendMessage", body: Array("{}".utf8))
            for _ in 0..<5 {
                #expect(await test.failure() == nil)
                #expect(await test.failure(queueing) == nil)
            }
            let failures = await withTaskGroup(of: AWSError?.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        await test.failure(number % 2 == 0 ? TestCalls.operation : queueing)
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
            }
            #expect(failures == 0)
            #expect(test.server.requests.count == 25)
            #expect(other.requests.count == 25)
        }
    }

    @Test("that nobody accepts end in an error that says that nothing was done")
    func refused() async throws {
        try await withCalls([]) { settings in
            guard let nowhere = try? Endpoint("http://127.0.0.1:1") else { return }
            settings.dynamoDB = nowhere
            settings.retries.maxAttempts = 2
        } _: { test in
            let error = await test.failure()
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveHappened == false)
        }
    }

    @Test("without TLS are none where TLS is asked for")
    func noTLS() async throws {
        try await withCalls([]) { settings in
            guard let secure = try? Endpoint(settings.dynamoDB.url.replacing("http:", with: "https:")) else {
                return
            }
            settings.dynamoDB = secure
        } _: { test in
            let error = await test.failure()
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveHappened == false)
            #expect(test.server.requests.isEmpty)
        }
    }

    @Test("that the server closed while they were idle cost no error")
    func closedByServer() async throws {
        var closing = ScriptedServer.Reply.answer()
        closing.closes = true
        try await withCalls([], usual: closing) { test in
            for _ in 0..<20 { #expect(await test.failure() == nil) }
            #expect(test.server.connections == 20)
        }
    }

    @Test("that end under a request let it go out once more over a new one, and only once")
    func endedUnderRequest() async throws {
        try await withCalls([.answer(), .nothing, .answer(), .nothing, .nothing]) { settings in
            settings.retries.maxAttempts = 1
        } _: { test in
            #expect(await test.failure() == nil)
            #expect(await test.failure() == nil)
            #expect(test.server.requests.count == 3)
            let error = await test.failure()
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveHappened == true)
            #expect(test.server.requests.count == 5)
        }
    }

    @Test("belong to the loop that calls, once it is attached")
    func attached() async throws {
        try await withCalls([], usual: .answer(200, #"{"value":"here"}"#)) { test in
            let thread = LoopThread(name: "test-desk")
            let loop = thread.loop
            loop.runAndWait { test.calls.attach(loop) }
            let wasOnLoop = await Task(executorPreference: loop) {
                let value = try? await test.calls.call(TestCalls.operation) { reader throws(JSONError) in
                    // Read where it arrived.
                    loop.preconditionIsCurrent()
                    try reader.skip()
                    return "read"
                }
                return value == "read" && loop.isCurrent
            }.value
            #expect(wasOnLoop)
            loop.runAndWait { test.calls.detach(loop) }
            thread.stopAndJoin()
        }
    }

    @Test("on which the server speaks unasked end, and what it said answers nobody")
    func unasked() async throws {
        let chatty = ScriptedServer.Reply(
            bytes: ScriptedServer.Reply.answer(200, #"{"value":"asked"}"#).bytes
                + ScriptedServer.Reply.answer(200, #"{"value":"unasked"}"#).bytes)
        try await withCalls([], usual: chatty) { test in
            for _ in 0..<10 {
                let value = try await test.value()
                #expect(value == "asked")
            }
            #expect(test.server.connections == 10)
        }
    }

    @Test("give back every descriptor: each of a thousand that break leaves none open")
    func descriptors() async throws {
        try await withCalls([], usual: .nothing) { settings in
            settings.retries.maxAttempts = 1
        } _: { test in
            for _ in 0..<1000 { _ = await test.failure() }
            #expect(test.server.connections >= 1_000)
            #expect(descriptorsConnected(to: test.server.port) == 0)
        }
    }

    /// Each connection has two descriptors besides its socket, at which no peer is. Only a process of its own can be
    /// counted as a whole.
    @Test("leave a process with the descriptors it had, after a thousand that break")
    func descriptorsOfProcess() async {
        await #expect(processExitsWith: .success) {
            try await withCalls([], usual: .nothing) { settings in
                settings.retries.maxAttempts = 1
            } _: { test in
                // What is made once is made by then.
                for _ in 0..<20 { _ = await test.failure() }
                let before = openDescriptors()
                let connectionsBefore = test.server.connections
                for _ in 0..<1000 { _ = await test.failure() }
                // The server is in this process too, and its threads close their ends a moment later.
                for _ in 0..<500 where openDescriptors() > before { usleep(10_000) }
                let after = openDescriptors()
                guard after <= before, test.server.connections >= connectionsBefore + 1000 else {
                    print(
                        "\(before) descriptors before, \(after) after \(test.server.connections) connections")
                    exit(EXIT_FAILURE)
                }
            }
        }
    }
}

private func openDescriptors() -> Int {
    guard let directory = opendir("/proc/self/fd") else { return .max }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count
}
