import Testing

@testable import AWSCalls

@Suite("A call that fails")
struct RetryTests {
    @Test("is repeated when it was throttled, and then succeeds")
    func throttled() async throws {
        let script: [ScriptedServer.Reply] = [
            .refusal("ProvisionedThroughputExceededException"), .refusal("ThrottlingException"),
            .answer(200, #"{"value":"third"}"#),
        ]
        try await withCalls(script) { test in
            let value = try await test.value()
            #expect(value == "third")
            #expect(test.server.requests.count == 3)
            #expect(test.server.connections == 1, "a refusal keeps the connection")
            #expect(test.metric(#"ticket_aws_failures_total{kind="throttled",service="dynamodb"} 2"#))
        }
    }

    @Test("is repeated after a fault of the service, with the same body, signed anew")
    func fault() async throws {
        let script: [ScriptedServer.Reply] = [
            .refusal("InternalServerError", 500), .answer(503, "<html>", type: "text/html"),
            .answer(200, #"{"value":"ok"}"#),
        ]
        try await withCalls(script) { test in
            let value = try await test.value()
            #expect(value == "ok")
            #expect(Set(test.server.requests.map(\.body)) == ["{}"])
        }
    }

    @Test("says that it may have had its effect once any try ended without a clear answer")
    func unclear() async throws {
        try await withCalls([.refusal("InternalServerError", 500)], usual: .refusal("ThrottlingException")) {
            test in
            let error = await test.failure()
            #expect(error?.code == .throttled)
            #expect(error?.mayHaveHappened == true)
            #expect(error?.requestID == "REQ-1")
        }
    }

    @Test("that was only throttled had no effect")
    func onlyThrottled() async throws {
        try await withCalls([], usual: .refusal("ThrottlingException")) { test in
            let error = await test.failure()
            #expect(error?.code == .throttled)
            #expect(error?.mayHaveHappened == false)
            #expect(test.server.requests.count == RetrySettings().maxAttempts)
        }
    }

    @Test("is not repeated when the service says that it is wrong")
    func refused() async throws {
        try await withCalls([], usual: .refusal("ValidationException", message: "one key too few")) { test in
            let error = await test.failure()
            #expect(error?.code == .refused)
            #expect(error?.type == "ValidationException")
            #expect(error?.message == "one key too few")
            #expect(error?.description.contains("REQ-1") == true)
            #expect(test.server.requests.count == 1)
        }
    }

    @Test("with a code nobody knows is refused, and not repeated")
    func unknownCode() async throws {
        try await withCalls([], usual: .refusal("BrandNewException")) { test in
            let error = await test.failure()
            #expect(error?.code == .refused)
            #expect(error?.type == "BrandNewException")
        }
    }

    @Test("many times over uses up the budget: the service then sees each call once")
    func budget() async throws {
        try await withCalls([], usual: .refusal("InternalServerError", 500)) { settings in
            settings.retries.budget = 5
        } _: { test in
            for _ in 0..<20 { #expect(await test.failure()?.code == .unavailable) }
            // 20 calls, 5 saved retries and at most a tenth of the calls on top.
            #expect((25...27).contains(test.server.requests.count), "\(test.server.requests.count) requests")
        }
    }

    @Test("because the clock is wrong is signed again with the time of the answer, once for all calls")
    func clockSkew() async throws {
        let late = ScriptedServer.Reply.answer(
            400,
            #"{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: x"}"#,
            headers: ["Date: Mon, 01 Mar 2027 11:00:00 GMT"])
        try await withCalls([late]) { test in
            #expect(await test.failure() == nil)
            #expect(await test.failure() == nil)
            #expect(
                test.server.requests.map { $0.header("x-amz-date") } == [
                    "20270301T100000Z", "20270301T110000Z", "20270301T110000Z",
                ])
        }
    }

    @Test("because its signature is simply wrong is not repeated")
    func wrongKey() async throws {
        try await withCalls(
            [], usual: .refusal("InvalidSignatureException", message: "does not match the one provided")
        ) { test in
            #expect(await test.failure()?.code == .refused)
            #expect(test.server.requests.count == 1)
        }
    }

    @Test("gives up at its deadline and not after its tries")
    func deadline() async throws {
        let slow = ScriptedServer.Reply(bytes: ScriptedServer.Reply.answer().bytes, delayMs: 300)
        try await withCalls([], usual: slow) { test in
            var request = TestCalls.operation
            request.timeoutMs = 120
            request.attemptTimeoutMs = 50
            let error = await test.failure(request)
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveHappened == true)
            #expect(test.server.requests.count <= 3)
        }
    }
}

@Suite("A retry budget")
struct RetryBudgetTests {
    @Test("gives a retry for every tenth call, and what was saved before")
    func tenth() {
        var settings = RetrySettings()
        settings.budget = 2
        var budget = RetryBudget(settings)
        var given: [Bool] = []
        func ask(_ times: Int) { for _ in 0..<times { given.append(budget.withdraw()) } }
        ask(3)
        for _ in 0..<9 { budget.deposit() }
        ask(1)
        budget.deposit()
        ask(1)
        for _ in 0..<1000 { budget.deposit() }
        ask(3)
        #expect(given == [true, true, false, false, true, true, true, false])
    }

    @Test("and full jitter: from nothing to a bound that doubles and ends")
    func jitter() {
        let settings = RetrySettings()
        #expect(settings.delayMs(afterAttempt: 1, isThrottled: false, random: 0) == 0)
        #expect(settings.delayMs(afterAttempt: 1, isThrottled: false, random: .max) == 25)
        #expect(settings.delayMs(afterAttempt: 3, isThrottled: false, random: .max) == 100)
        #expect(settings.delayMs(afterAttempt: 2, isThrottled: true, random: .max) == 200)
        #expect(settings.delayMs(afterAttempt: 60, isThrottled: true, random: .max) == 1000)
    }
}
