import EventLoop
import JSON
import Telemetry
import Ticketing

/// The calls of one loop: its connections, its signing keys, its retry budget. Made and used on that loop.
final class CallLane {
    let loop: EventLoop
    let transport: WireTransport
    private let settings: AWSSettings
    private let keeper: CredentialKeeper
    private let skew: ClockSkew
    private let clock: any WallClock
    private let randomness: any Randomness
    private let metrics: CallMetrics
    private let signer = RequestSigner()
    private var budget: RetryBudget
    private var signingTime: (second: Int64, time: SigningTime)?
    /// The values of `x-amz-target`, by the place of the operation's name in the program.
    private var targets: [UnsafePointer<UInt8>: String] = [:]

    init(
        loop: EventLoop, settings: AWSSettings, keeper: CredentialKeeper, skew: ClockSkew,
        surroundings: CallSurroundings
    ) {
        self.loop = loop
        self.settings = settings
        self.keeper = keeper
        self.skew = skew
        clock = surroundings.clock
        randomness = surroundings.randomness
        metrics = CallMetrics(surroundings.metrics)
        transport = WireTransport(loop: loop, settings: settings.transport)
        budget = RetryBudget(settings.retries)
    }

    // On the loop, or after it has ended: then nobody else touches the transport.
    deinit { transport.close() }

    /// Calls, and retries as far as deadline and budget allow. `decode` reads the answer; one that it cannot read ends
    /// the connection it came over.
    func call<Value>(
        _ request: AWSRequest,
        refusal: @Sendable (AWSError) throws(JSONError) -> Value? = { _ throws(JSONError) in nil },
        _ decode: @Sendable (inout JSONReader) throws(JSONError) -> Value
    ) async throws(AWSError) -> Value {
        let beganNs = loop.readClockNs()
        let deadlineNs = beganNs + UInt64(max(1, request.timeoutMs)) * 1_000_000
        let counters = metrics[request.service]
        counters.calls.add()
        budget.deposit()
        var mayHaveHappened = false
        var attempt = 0
        while true {
            attempt += 1
            let credentials = try await keeper.credentials()
            counters.attempts.add()
            let failure: AttemptFailure
            switch await send(request, credentials, deadlineNs) {
            case .success(let answer) where answer.status == 200:
                do throws(JSONError) {
                    let value = try JSONReader.read(answer.body, depthLimit: 32, decode)
                    counters.duration.observe(nanoseconds: loop.readClockNs() - beganNs)
                    return value
                } catch {
                    failure = unreadable(answer, error)
                }
            case .success(let answer):
                let refused = AttemptFailure(answer)
                if refused.isSurprising { transport.distrust(answer.connection) }
                correctClock(refused, answer)
                do throws(JSONError) {
                    if refused.error.code == .refused, let value = try refusal(refused.error) {
                        metrics.countFailure(request.service, kind: refused.kind)
                        counters.duration.observe(nanoseconds: loop.readClockNs() - beganNs)
                        return value
                    }
                    failure = refused
                } catch {
                    transport.distrust(answer.connection)
                    failure = AttemptFailure(unreadableRefusal: answer, "\(error)")
                }
            case .failure(let lost): failure = AttemptFailure(lost)
            }
            mayHaveHappened = mayHaveHappened || failure.error.mayHaveHappened
            metrics.countFailure(request.service, kind: failure.kind)
            guard let delayMs = delayMs(after: failure, attempt, credentials, deadlineNs) else {
                counters.duration.observe(nanoseconds: loop.readClockNs() - beganNs)
                var error = failure.error
                error.mayHaveHappened = mayHaveHappened
                throw error
            }
            if delayMs > 0 { await loop.sleep(forMs: UInt64(delayMs)) }
        }
    }

    /// Nil when the failure is the call's end.
    private func delayMs(
        after failure: AttemptFailure, _ attempt: Int, _ credentials: AWSCredentials, _ deadlineNs: UInt64
    ) -> Int? {
        let retries = settings.retries
        guard failure.cure != .none, attempt < retries.maxAttempts else { return nil }
        var delayMs = 0
        switch failure.cure {
        case .none: return nil
        case .correctClock:
            guard attempt == 1 else { return nil }
        case .renewCredentials:
            guard attempt == 1, keeper.drop(credentials) else { return nil }
        case .retry, .retryLater:
            delayMs = retries.delayMs(
                afterAttempt: attempt, isThrottled: failure.cure == .retryLater, random: randomness.next())
        }
        return withdraw(afterMs: delayMs, deadlineNs) ? delayMs : nil
    }

    /// A retry that could not even be sent before the deadline would only take from the budget.
    private func withdraw(afterMs delayMs: Int, _ deadlineNs: UInt64) -> Bool {
        loop.readClockNs() + UInt64(delayMs) * 1_000_000 < deadlineNs && budget.withdraw()
    }

    /// For parts of a call that its answer left undone: they are asked for in a call of their own.
    func pauseBeforeRetry(_ attempt: Int, isThrottled: Bool, _ deadlineNs: UInt64) async -> Bool {
        let retries = settings.retries
        let delayMs = retries.delayMs(
            afterAttempt: attempt, isThrottled: isThrottled, random: randomness.next())
        guard attempt < retries.maxAttempts, withdraw(afterMs: delayMs, deadlineNs) else { return false }
        if delayMs > 0 { await loop.sleep(forMs: UInt64(delayMs)) }
        return true
    }

    private func unreadable(_ answer: WireAnswer, _ error: JSONError) -> AttemptFailure {
        transport.distrust(answer.connection)
        return AttemptFailure(unreadable: answer, "\(error)")
    }

    private func correctClock(_ failure: AttemptFailure, _ answer: WireAnswer) {
        guard failure.cure == .correctClock, let serverMs = answer.dateMs else { return }
        if skew.learn(serverMs: serverMs, nowMs: clock.now().msSinceEpoch) { signingTime = nil }
    }

    // MARK: One try

    private func send(
        _ request: AWSRequest, _ credentials: AWSCredentials, _ deadlineNs: UInt64
    ) async -> Result<WireAnswer, WireFailure> {
        let attemptEndNs = loop.readClockNs() + UInt64(request.attemptTimeoutMs) * 1_000_000
        let wire = signed(request, credentials, min(deadlineNs, attemptEndNs))
        return await send(wire)
    }

    func send(_ request: WireRequest) async -> Result<WireAnswer, WireFailure> {
        await withUnsafeContinuation { continuation in
            transport.send(request) { continuation.resume(returning: $0) }
        }
    }

    private func signed(
        _ request: AWSRequest, _ credentials: AWSCredentials, _ deadlineNs: UInt64
    ) -> WireRequest {
        let endpoint = settings.endpoint(of: request.service)
        let time = currentSigningTime()
        var headers: [(name: String, value: String)] = [
            ("content-type", "application/x-amz-json-1.0"), ("host", endpoint.host),
            ("x-amz-date", time.text), ("x-amz-target", target(of: request)),
        ]
        if let token = credentials.sessionToken {
            headers.insert(("x-amz-security-token", token), at: 3)
        }
        let canonical = CanonicalRequest(headers: headers)
        let authorization = signer.authorization(
            canonical, payloadDigest: signer.payloadDigest(request.body), credentials: credentials,
            time: time, region: settings.region, service: request.service.rawValue)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(640 + (credentials.sessionToken?.utf8.count ?? 0) + request.body.count)
        bytes.append(literal: "POST / HTTP/1.1\r\n")
        for header in headers {
            bytes.append(contentsOf: header.name.utf8)
            bytes.append(literal: ": ")
            bytes.append(contentsOf: header.value.utf8)
            bytes.append(literal: "\r\n")
        }
        bytes.append(literal: "authorization: ")
        bytes.append(contentsOf: authorization)
        bytes.append(literal: "\r\ncontent-length: ")
        bytes.append(contentsOf: String(request.body.count).utf8)
        bytes.append(literal: "\r\n\r\n")
        bytes.append(contentsOf: request.body)
        return WireRequest(
            endpoint: endpoint, bytes: bytes, deadlineNs: deadlineNs,
            maxAnswerBytes: settings.transport.maxAnswerBytes)
    }

    private func target(of request: AWSRequest) -> String {
        if let known = targets[request.operation.utf8Start] { return known }
        let made = request.service.targetPrefix.description + request.operation.description
        targets[request.operation.utf8Start] = made
        return made
    }

    private func currentSigningTime() -> SigningTime {
        let nowMs = skew.corrected(clock.now().msSinceEpoch)
        let second = nowMs / 1000
        if let signingTime, signingTime.second == second { return signingTime.time }
        let time = SigningTime(epochMs: nowMs)
        signingTime = (second, time)
        return time
    }
}

extension AttemptFailure {
    fileprivate init(unreadable answer: WireAnswer, _ detail: String) {
        error = AWSError(
            .badAnswer, detail, requestID: answer.requestID, mayHaveHappened: true)
        cure = .retry
        kind = error.code.rawValue
    }

    /// That nothing was done is certain, and the same refusal would come again.
    fileprivate init(unreadableRefusal answer: WireAnswer, _ detail: String) {
        error = AWSError(.badAnswer, detail, requestID: answer.requestID)
        cure = .none
        kind = error.code.rawValue
    }
}
