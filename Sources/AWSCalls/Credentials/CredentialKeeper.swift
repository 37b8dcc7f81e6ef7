import EventLoop
import Synchronization
import Ticketing

/// The credentials of the process. Those that end are fetched anew some minutes before, once for all loops that ask;
/// meanwhile the old ones serve on.
final class CredentialKeeper: Sendable {
    private typealias Fetching = Task<Result<AWSCredentials, AWSError>, Never>

    /// Renewed this long before they end.
    private static let renewalMs: Int64 = 300_000
    /// Nobody signs with what ends within this: the request has to arrive.
    private static let leastMs: Int64 = 15_000
    /// After a fetch that failed, the next one is not before.
    private static let pauseMs: Int64 = 2_000

    private struct State {
        var kept: AWSCredentials?
        var fetching: Fetching?
        var failure: (error: AWSError, atMs: Int64)?
        var lane: LoopBound<CallLane>?
    }

    private let source: CredentialSource
    private let clock: any WallClock
    private let state = Mutex(State())
    private let readFile: @Sendable (String) -> String?

    init(
        _ source: CredentialSource, clock: any WallClock,
        readFile: @escaping @Sendable (String) -> String? = { BoundedText.read($0) }
    ) {
        self.source = source
        self.clock = clock
        self.readFile = readFile
    }

    /// Names the lane over which credentials are fetched.
    func fetch(on lane: LoopBound<CallLane>) { state.withLock { $0.lane = lane } }

    func close() { state.withLock { $0.lane = nil } }

    private enum Finding {
        case good(AWSCredentials)
        case failed(AWSError)
        case wait(Fetching)
    }

    func credentials() async throws(AWSError) -> AWSCredentials {
        if case .fixed(let credentials) = source { return credentials }
        let nowMs = clock.now().msSinceEpoch
        switch state.withLock({ look(&$0, nowMs) }) {
        case .good(let credentials): return credentials
        case .failed(let error): throw error
        case .wait(let fetching): return try await fetching.value.get()
        }
    }

    private func look(_ state: inout State, _ nowMs: Int64) -> Finding {
        let leftMs = state.kept.map { ($0.expiresAtMs ?? .max) - nowMs } ?? 0
        if let kept = state.kept, leftMs > Self.renewalMs { return .good(kept) }
        let mayFetch = state.failure.map { nowMs - $0.atMs >= Self.pauseMs } ?? true
        if state.fetching == nil, mayFetch, let lane = state.lane { state.fetching = begin(on: lane) }
        if let kept = state.kept, leftMs > Self.leastMs { return .good(kept) }
        if let fetching = state.fetching { return .wait(fetching) }
        return .failed(state.failure?.error ?? AWSError(.closed, "the calls were closed"))
    }

    /// Forgets credentials that AWS has refused. False when fetching would give the same ones.
    func drop(_ credentials: AWSCredentials) -> Bool {
        if case .fixed = source { return false }
        state.withLock { state in
            if state.kept == credentials { state.kept = nil }
        }
        return true
    }

    private func begin(on lane: LoopBound<CallLane>) -> Fetching {
        Task(executorPreference: lane.loop) { [self] in
            let result: Result<AWSCredentials, AWSError>
            do throws(AWSError) {
                result = .success(try await fetched(lane.value))
            } catch {
                result = .failure(error)
            }
            let nowMs = clock.now().msSinceEpoch
            state.withLock { state in
                state.fetching = nil
                switch result {
                case .success(let credentials): (state.kept, state.failure) = (credentials, nil)
                case .failure(let error): state.failure = (error, nowMs)
                }
            }
            return result
        }
    }

    // MARK: On the lane's loop

    private func fetched(_ lane: CallLane) async throws(AWSError) -> AWSCredentials {
        switch source {
        case .fixed(let credentials): return credentials
        case .container(let endpoint):
            var lines = [Array("accept: application/json".utf8)]
            if let token = try endpoint.authorization(readFile: readFile) {
                lines.append(Array("authorization: \(token)".utf8))
            }
            let answer = try await ask("GET", endpoint.url, lines, [], lane)
            return try ContainerEndpoint.credentials(in: answer)
        case .webIdentity(let identity):
            let lines = [Array("content-type: application/x-www-form-urlencoded".utf8)]
            let form = try identity.form(readFile: readFile)
            return try WebIdentity.credentials(in: await ask("POST", identity.url, lines, form, lane))
        }
    }

    /// Three tries: without credentials nothing works at all. Nothing of the answer goes into an error.
    private func ask(
        _ method: StaticString, _ url: String, _ lines: [[UInt8]], _ body: [UInt8], _ lane: CallLane
    ) async throws(AWSError) -> [UInt8] {
        let place = try Endpoint.split(url)
        let bytes = WireRequest.bytes(
            method, place.target, host: place.endpoint.host, lines: lines, body: body)
        var reason = ""
        for attempt in 0..<3 {
            if attempt > 0 { await lane.loop.sleep(forMs: UInt64(100 << attempt)) }
            let request = WireRequest(
                endpoint: place.endpoint, bytes: bytes,
                deadlineNs: lane.loop.readClockNs() + 2_000_000_000, maxAnswerBytes: 65_536,
                expectsJSON: false)
            switch await lane.send(request) {
            case .success(let answer) where answer.status == 200: return answer.body
            case .success(let answer): reason = "HTTP \(answer.status)"
            case .failure(let failure): reason = failure.message
            }
        }
        throw AWSError(.credentials, "\(source.name) gave no credentials: \(reason)")
    }
}

extension CredentialSource {
    fileprivate var name: String {
        switch self {
        case .fixed: "the environment"
        case .webIdentity: "STS"
        case .container: "the container's endpoint"
        }
    }
}
