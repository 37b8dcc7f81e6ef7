import EventLoop
import JSON
import Synchronization
import Ticketing

/// Calls to AWS, from any loop and any thread.
///
/// A loop that is to make many calls is attached: then its calls are signed, sent and answered on it, over connections
/// of its own, and touch nothing that another thread writes. A call from anywhere else, such as a command, goes over
/// to the one loop that this object owns. Adapters that hold this object are therefore good for every loop.
package final class AWSCalls: Sendable {
    private let settings: AWSSettings
    private let surroundings: CallSurroundings
    private let keeper: CredentialKeeper
    private let skew = ClockSkew()
    private let homeLoop: EventLoop
    private let home: Mutex<LoopBound<CallLane>?>
    private let lanes = Mutex<[LoopBound<CallLane>]>([])
    private let thread: Mutex<LoopThread?>

    /// Says in words what `init` would stop the process for: libcurl cannot be used.
    package static func requireLibrary() throws(PortError) { try CurlLibrary.require() }

    /// Starts one thread, which `close` ends.
    package init(_ settings: AWSSettings, surroundings: CallSurroundings) {
        let thread = LoopThread(name: "aws-calls")
        let loop = thread.loop
        let keeper = CredentialKeeper(settings.credentials, clock: surroundings.clock)
        let skew = skew
        let lane = loop.runAndWait {
            LoopBound(
                CallLane(
                    loop: loop, settings: settings, keeper: keeper, skew: skew, surroundings: surroundings),
                on: loop)
        }
        keeper.fetch(on: lane)
        self.settings = settings
        self.surroundings = surroundings
        self.keeper = keeper
        homeLoop = loop
        home = Mutex(lane)
        self.thread = Mutex(thread)
    }

    /// Gives the loop that is running now connections of its own. Once for each loop.
    package func attach(_ loop: EventLoop) {
        let lane = LoopBound(
            CallLane(
                loop: loop, settings: settings, keeper: keeper, skew: skew, surroundings: surroundings),
            on: loop)
        lanes.withLock { $0.append(lane) }
    }

    /// Takes them away again, on that loop: for one that goes before the process does.
    package func detach(_ loop: EventLoop) {
        loop.preconditionIsCurrent()
        lanes.withLock { $0.removeAll { $0.loop === loop } }
    }

    /// Ends the calls. The attached loops have been detached or have ended.
    package func close() {
        lanes.withLock { $0 = [] }
        guard let lane = home.withLock({ $0.take() }) else { return }
        keeper.close()
        homeLoop.runAndWait { lane.value.transport.close() }
        thread.withLock { $0.take() }?.stopAndJoin()
    }

    /// Makes the call and reads its answer. What `decode` throws is an answer that makes no sense.
    ///
    /// Some refusals say more than their name: `refusal` reads those that it knows and gives nil for the others. What it
    /// cannot read makes no sense either.
    package func call<Value: Sendable>(
        _ request: AWSRequest,
        refusal: @escaping @Sendable (AWSError) throws(JSONError) -> Value? = { _ throws(JSONError) in nil },
        _ decode: @escaping @Sendable (inout JSONReader) throws(JSONError) -> Value
    ) async throws(AWSError) -> Value {
        if let lane = lanes.withLock({ $0.first { $0.loop.isCurrent } }) {
            return try await lane.value.call(request, refusal: refusal, decode)
        }
        guard let home = home.withLock({ $0 }) else { throw AWSError(.closed, "the calls were closed") }
        let result: Result<Value, AWSError> = await Task(executorPreference: homeLoop) {
            do throws(AWSError) {
                return .success(try await home.value.call(request, refusal: refusal, decode))
            } catch {
                return .failure(error)
            }
        }.value
        return try result.get()
    }

    /// Waits on the loop that the calls of whoever asks are made on.
    package func pause(ms milliseconds: Int) async {
        guard milliseconds > 0 else { return }
        if let lane = lanes.withLock({ $0.first { $0.loop.isCurrent } }) {
            return await lane.loop.sleep(forMs: UInt64(milliseconds))
        }
        let loop = homeLoop
        await Task(executorPreference: loop) { await loop.sleep(forMs: UInt64(milliseconds)) }.value
    }

    /// Waits until the parts that an answer left undone may be asked for again: with full jitter, and out of the budget
    /// that the retries of whole calls come out of. False, at once, when it is empty or the time or the tries are used up.
    package func pauseBeforeRetry(
        afterAttempt attempt: Int, isThrottled: Bool, deadlineNs: UInt64 = .max
    ) async -> Bool {
        if let lane = lanes.withLock({ $0.first { $0.loop.isCurrent } }) {
            return await lane.value.pauseBeforeRetry(attempt, isThrottled: isThrottled, deadlineNs)
        }
        guard let home = home.withLock({ $0 }) else { return false }
        return await Task(executorPreference: homeLoop) {
            await home.value.pauseBeforeRetry(attempt, isThrottled: isThrottled, deadlineNs)
        }.value
    }

    /// The attached loop that is running now, for adapters that keep something for each.
    package var currentLoop: EventLoop? { lanes.withLock { $0.first { $0.loop.isCurrent }?.loop } }

    /// Nanoseconds that never go back, for deadlines.
    package var nowNs: UInt64 { homeLoop.readClockNs() }

    package var randomness: any Randomness { surroundings.randomness }
    package var clock: any WallClock { surroundings.clock }

    /// A call whose answer says nothing that is needed.
    package func call(_ request: AWSRequest) async throws(AWSError) {
        try await call(request) { reader throws(JSONError) in try reader.skip() }
    }
}
